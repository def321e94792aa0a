#include "adapters/kubeapi/object_reader.h"

#include "adapters/kubeapi/parsed_text.h"
#include "document/json_scan.h"
#include "document/json_writer.h"
#include "document/reader.h"

namespace bulwark::adapters {

namespace {

class OneObject : public document::DocumentSink {
 public:
  void on_document(const document::Node& node) override { root = node; }
  void on_problem(document::Problem problem) override {
    if (problem.severity == document::Problem::Severity::error && wrong.empty())
      wrong = std::move(problem.message);
  }
  document::Node root;
  std::string wrong;
};

}  // namespace

std::string_view find_member(std::string_view object, std::string_view key) {
  const document::JsonScan scan(object);
  std::size_t at = scan.skip_blank(0);
  if (at >= object.size() || object[at] != '{') return {};
  for (;;) {
    at = scan.skip_blank(at + 1);
    if (at >= object.size() || object[at] != '"') return {};
    const std::size_t key_end = scan.skip_string(at);
    if (key_end == document::JsonScan::npos) return {};
    const std::string_view name = object.substr(at + 1, key_end - at - 2);
    at = scan.skip_blank(key_end);
    if (at >= object.size() || object[at] != ':') return {};
    at = scan.skip_blank(at + 1);
    const std::size_t end = scan.skip_value(at);
    if (end == document::JsonScan::npos || end == at) return {};
    if (name == key) return object.substr(at, end - at);
    at = scan.skip_blank(end);
    if (at >= object.size() || object[at] != ',') return {};
  }
}

std::string_view resource_version_of(const document::Node& object) {
  return text_of(object.find("metadata"), "resourceVersion");
}

base::Result<document::Node> ObjectReader::parse(std::string_view json, const kube::Resource& resource) {
  text_.clear();
  const std::size_t brace = json.find('{');
  if (brace != std::string_view::npos && json.find_first_not_of(" \t\r\n") == brace) {
    const bool has_kind = !find_member(json, "kind").empty();
    const bool has_version = !find_member(json, "apiVersion").empty();
    const std::string_view rest = json.substr(brace + 1);
    if (!has_kind || !has_version) {
      text_ = '{';
      const auto add = [&](std::string_view key, std::string_view value) {
        text_ += key;
        document::append_json_string(text_, value);
      };
      if (!has_kind) add("\"kind\":", resource.kind);
      if (!has_version) add(has_kind ? "\"apiVersion\":" : ",\"apiVersion\":", resource.api_version());
      const std::size_t next = rest.find_first_not_of(" \t\r\n");
      if (next != std::string_view::npos && rest[next] != '}') text_ += ',';
      json = rest;
    }
  }
  text_ += json;
  size_ = text_.size();
  constexpr std::size_t padding = 64;
  text_.append(padding, '\0');
  arena_.reset();
  const document::Source source("", std::string_view(text_).substr(0, size_));
  OneObject sink;
  document::read_json(source, {0, static_cast<std::uint32_t>(size_)}, padding, arena_, {}, sink);
  if (!sink.wrong.empty()) return base::fail(sink.wrong);
  if (!sink.root.is_mapping()) return base::fail("not an object");
  return sink.root;
}

}  // namespace bulwark::adapters
