#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "document/node.h"
#include "kube/cluster.h"

namespace bulwark::adapters {

// A metav1.Status in JSON; nullopt when the text is none.
std::optional<kube::Status> read_status(std::string_view json);
std::optional<kube::Status> read_status(const document::Node& node);

// What an answer with a code of failure says: its Status, or what can be made of another body (HTML of a proxy).
kube::Status status_of_answer(int code, std::string_view content_type, std::string_view body);

// An answer that is no JSON, in a few words: "HTML", "text/plain", ...
std::string describe_body(std::string_view content_type, std::string_view body);

}  // namespace bulwark::adapters
