// HTTP as values, between what answers requests and what carries them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulwark::base {

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // path and query as they came
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Its first value; empty when it is not there. Letter case of names does not count.
  std::string_view header(std::string_view name) const {
    const auto same = [&](const std::pair<std::string, std::string>& each) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
      return std::equal(each.first.begin(), each.first.end(), name.begin(), name.end(),
                        [&](char a, char b) { return lower(a) == lower(b); });
    };
    const auto found = std::find_if(headers.begin(), headers.end(), same);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
  }
};

// A body that goes on for as long as there is something to tell.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  // Appends what there is to tell now; false: the stream ends with it.
  virtual bool pull(std::string& out) = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::unique_ptr<HttpStream> stream;            // in place of a body
  std::optional<std::chrono::seconds> lifetime;  // of the stream; nullopt: it ends by itself
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual HttpResponse handle(const HttpRequest& request) = 0;
};

}  // namespace bulwark::base
