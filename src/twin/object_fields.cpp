#include "twin/object_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arena.h"
#include "document/reader.h"
#include "kube/decoder.h"
#include "kube/object.h"
#include "twin/api_status.h"

namespace bulwark::twin {

using document::Json;

namespace {

struct Wrong {
  kube::DecodeProblem::What what;
  std::string field, message;
};

struct Decode : document::DocumentSink {
  std::vector<Wrong> wrong;
  std::string_view text;
  void on_document(const document::Node& root) override {
    base::Arena arena;
    kube::Decoder decoder(arena, text);
    static_cast<void>(kube::decode_object(root, {}, arena, decoder));
    for (const kube::DecodeProblem& problem : decoder.problems()) {
      wrong.push_back({problem.what, problem.path.text(), problem.message});
    }
  }
  void on_problem(document::Problem) override {}
};

std::vector<Wrong> problems_of(const Json& object) {
  const std::string text = object.write();
  Decode decode;
  decode.text = text;
  const document::Source source("object", text);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, {}, decode);
  return std::move(decode.wrong);
}

}  // namespace

kube::Answer<> check_fields(const ApiKind& kind, const Json& before, const Json& object, bool strict) {
  if (kind.custom) return {};
  std::vector<Wrong> wrong = problems_of(object);
  std::erase_if(
      wrong, [&](const Wrong& each) { return !strict && each.what == kube::DecodeProblem::What::unknown_field; });
  if (wrong.empty()) return {};
  const std::vector<Wrong> old = before.is_object() ? problems_of(before) : std::vector<Wrong>();
  std::string text;
  for (const Wrong& each : wrong) {
    const bool was_there = std::any_of(old.begin(), old.end(), [&](const Wrong& other) {
      return other.field == each.field && other.message == each.message;
    });
    if (was_there) continue;
    if (!text.empty()) text += ", ";
    text += each.what == kube::DecodeProblem::What::unknown_field
                ? fmt::format("strict decoding error: unknown field \"{}\"", each.field)
                : fmt::format("{}: {}", each.field, each.message);
  }
  if (text.empty()) return {};
  return bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: {}", kind.resource.kind,
                                 kind.resource.version, kind.resource.kind, text));
}

}  // namespace bulwark::twin
