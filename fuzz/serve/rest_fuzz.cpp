// Requests, one behind the other: a line "METHOD TARGET CONTENT-TYPE ACCEPT", and the body up to a line "---".
// Every answer has a code of HTTP; what is refused is told as a metav1.Status; JSON can be read, and streams are
// JSON lines.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "document/json_value.h"
#include "serve/rest.h"

namespace {

using namespace bulwark;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text = at == std::string_view::npos ? "" : text.substr(at + end.size());
  return taken;
}

void require_lines(std::string_view text) {
  while (!text.empty()) {
    const auto line = document::Json::parse(take(text, "\n"));
    require(line && line->is_object());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const kube::Time now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  twin::Store store({.seed = 1, .now = [&] { return now; }, .log = {.events = 10, .bytes = 100'000}});
  serve::Rest rest(store, {.git_version = "v1.33.0", .most_body = 100'000, .clock = nullptr});
  std::vector<base::HttpResponse> streams;
  for (int i = 0; i < 8 && !text.empty(); ++i) {
    std::string_view head = take(text, "\n");
    base::HttpRequest request;
    request.method = take(head, " ");
    request.target = take(head, " ");
    request.headers = {{"Content-Type", std::string(take(head, " "))}, {"Accept", std::string(head)}};
    request.body = take(text, "\n---\n");
    base::HttpResponse response = rest.handle(request);
    require(response.status >= 200 && response.status < 600);
    const bool has_body = request.method != "HEAD" && response.stream == nullptr;
    if (has_body && response.content_type.starts_with("application/json")) {
      const auto json = document::Json::parse(response.body);
      // Objects may be nested as deep as the reader reads, and an answer one step deeper.
      if (response.status >= 400)
        require(json && json->text_at({"kind"}) == "Status" && json->find("code") != nullptr);
    }
    if (response.stream != nullptr && streams.size() < 3) streams.push_back(std::move(response));
    for (base::HttpResponse& each : streams) {
      std::string lines;
      if (each.stream != nullptr && !each.stream->pull(lines)) each.stream.reset();
      if (lines.find("\\") == std::string::npos && lines.size() < 10'000) require_lines(lines);
    }
  }
  return 0;
}
