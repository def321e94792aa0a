#include "adapters/kubeapi/status_reader.h"

#include <fmt/format.h>

#include "adapters/kubeapi/parsed_text.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

// metav1's reasons for codes that come without a Status (apimachinery errors.NewGenericServerResponse).
std::string_view reason_of(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 406:
      return "NotAcceptable";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 415:
      return "UnsupportedMediaType";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "";
  }
}

}  // namespace

std::optional<kube::Status> read_status(const document::Node& node) {
  if (text_of(&node, "kind") != "Status") return std::nullopt;
  kube::Status status;
  if (const auto* code = node.find("code"); code != nullptr)
    status.code = static_cast<int>(code->integer().value_or(0));
  status.reason = text_of(&node, "reason");
  status.message = text_of(&node, "message");
  const document::Node* details = node.find("details");
  if (details == nullptr || !details->is_mapping()) return status;
  if (const auto* causes = details->find("causes")) {
    for (const document::Node& cause : causes->items()) {
      status.causes.push_back({std::string(text_of(&cause, "reason")), std::string(text_of(&cause, "message")),
                               std::string(text_of(&cause, "field"))});
    }
  }
  const document::Node* retry = details->find("retryAfterSeconds");
  if (const auto seconds = retry == nullptr ? std::nullopt : retry->integer(); seconds.value_or(0) > 0) {
    status.retry_after = std::chrono::seconds(*seconds);
  }
  return status;
}

std::optional<kube::Status> read_status(std::string_view json) {
  const auto parsed = ParsedText::json("", std::string(json));
  return parsed ? read_status(parsed->root()) : std::nullopt;
}

std::string describe_body(std::string_view content_type, std::string_view body) {
  const std::string_view type = base::trim(content_type.substr(0, content_type.find(';')));
  const std::string_view start = base::trim(body.substr(0, 100));
  if (type == "text/html" || start.starts_with("<!DOCTYPE") || start.starts_with("<html") ||
      start.starts_with("<HTML")) {
    return "HTML";
  }
  if (start.empty()) return "nothing";
  return type.empty() ? "something else" : std::string(type);
}

kube::Status status_of_answer(int code, std::string_view content_type, std::string_view body) {
  if (auto status = read_status(body)) {
    status->code = code;
    return *std::move(status);
  }
  kube::Status status{.code = code, .reason = std::string(reason_of(code))};
  const std::string what = describe_body(content_type, body);
  status.message = fmt::format("the server answered {} with {} instead of a Status", code, what);
  // Short plain words of the server or of what stands before it are worth showing.
  const std::string_view words = base::trim(body);
  constexpr std::size_t longest = 200;
  if (what == "text/plain" && words.size() <= longest && base::is_utf8(words)) {
    status.message = fmt::format("the server answered {}: {}", code, words);
  }
  return status;
}

}  // namespace bulwark::adapters
