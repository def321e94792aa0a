// Responses as the API server words them, and what a client asks to have.
#pragma once

#include <string>
#include <string_view>

#include "base/http_message.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"
#include "twin/stored_object.h"

namespace bulwark::serve {

base::HttpResponse json_answer(std::string body, int status = 200);
base::HttpResponse text_answer(std::string body, int status = 200);
base::HttpResponse refusal(const kube::Status& status, const twin::ApiKind* kind = nullptr,
                           std::string_view name = {});

enum class Form { plain, table, partial };
// What the Accept header asks for, of what can be given; JSON is always given. nullptr: nothing of it can.
struct Wanted {
  Form form = Form::plain;
  bool acceptable = true;
  bool aggregated = false;  // of discovery: apidiscovery.k8s.io/v2
};
Wanted wanted(std::string_view accept);

// An object as text in the version that is asked for, which may not be the one that it is kept in.
std::string in_version(const twin::StoredObject& object, const twin::ApiKind& kind);

}  // namespace bulwark::serve
