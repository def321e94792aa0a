// Parts of the objects that a simulation writes. Private to simulation*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "document/json_value.h"
#include "twin/model.h"
#include "twin/store.h"

namespace bulwark::twin {

std::string timestamp(Time time);
// Sets a condition; its time moves only when the status does.
void set_condition(document::Json& status, std::string_view type, bool is_true, Time now,
                   std::string_view reason = {}, std::string_view message = {});
// Of the controller of an object.
document::Json controller_reference(std::string_view api_version, std::string_view kind, std::string_view name,
                                    std::string_view uid);
// nullptr: the API serves no such kind.
const ApiKind* kind_of_workload(const Store& store, const Workload& workload);

}  // namespace bulwark::twin
