#include "serve/warnings.h"

#include <string>
#include <vector>

#include "base/arena.h"
#include "document/reader.h"
#include "kube/decoder.h"
#include "kube/object.h"

namespace bulwark::serve {

using document::Json;

namespace {

struct UnknownFields : document::DocumentSink {
  std::vector<std::string> fields;
  void on_document(const document::Node& root) override {
    base::Arena arena;
    kube::Decoder decoder(arena, {});
    static_cast<void>(kube::decode_object(root, {}, arena, decoder));
    for (const kube::DecodeProblem& problem : decoder.problems()) {
      if (problem.what == kube::DecodeProblem::What::unknown_field) fields.push_back(problem.path.text());
    }
  }
  void on_problem(document::Problem) override {}
};

// The text of a header's quoted string.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

void warn_of_fields(const twin::ApiKind& kind, const Target& target, Json sent, base::HttpResponse& response) {
  const std::string_view wish = target.value("fieldValidation");
  if (kind.custom || (!wish.empty() && wish != "Warn") || !sent.is_object()) return;
  sent.set("kind", Json::string(kind.resource.kind));
  sent.set("apiVersion", Json::string(kind.resource.api_version()));
  const std::string text = sent.write();
  UnknownFields unknown;
  const document::Source source("object", text);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, {}, unknown);
  std::string warnings;
  for (const std::string& field : unknown.fields)
    warnings += (warnings.empty() ? "" : ", ") + ("299 - " + quoted("unknown field \"" + field + '"'));
  if (!warnings.empty()) response.headers.emplace_back("Warning", std::move(warnings));
}

}  // namespace bulwark::serve
