// The versioned JSON report; docs/reference/report.md describes it. Its head is for readers, its findings have one
// line each.
#include <unordered_map>

#include "kube/manager.h"
#include "report/json_lines.h"
#include "report/report.h"
#include "report/summary.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Verdict;

// What all findings of a check have in common, written once.
struct CheckText {
  std::string head, chapter, effect, remedy;
};

class FindingsWriter {
 public:
  FindingsWriter(const Report& report, JsonLines& json) : report_(report), json_(json) {
    for (const document::Source* source : report.sources)
      files_.push_back(",\"file\":" + json_string(source->name()));
  }

  void write(const Finding& finding) {
    const CheckText& check = text_of(*finding.check);
    const document::Position at = has_place(finding) ? position(report_, finding) : document::Position{0, 0};
    json_.raw(check.head).raw(finding::name(finding.severity));
    json_.raw(finding.verdict == Verdict::broken ? R"(","verdict":"broken")" : R"(","verdict":"unknown")");
    json_.raw(check.chapter).raw(object(*finding.object));
    json_.raw(R"(,"field":)").text(finding.field).raw(files_[finding.object->origin.source]);
    json_.raw(R"(,"line":)").number(at.line).raw(R"(,"column":)").number(at.column);
    json_.raw(R"(,"message":)").text(finding.message).raw(check.effect);
    if (finding.verdict == Verdict::unknown) json_.raw(R"(,"missing":)").text(finding.missing);
    write_origin(finding);
    json_.raw(finding.fixable ? R"(,"fix":{"available":true,"description":)"
                              : R"(,"fix":{"available":false,"description":)");
    json_.raw(check.remedy);
    if (!finding.no_fix.empty()) json_.raw(R"(,"reason":)").text(finding.no_fix);
    json_.raw("}}");
  }

 private:
  const CheckText& text_of(const finding::Descriptor& check) {
    const auto [at, is_new] = checks_.try_emplace(&check);
    if (is_new) {
      at->second = {.head = "{\"check\":" + json_string(check.id) + ",\"severity\":\"",
                    .chapter = ",\"chapter\":" + json_string(finding::id(check.chapter)),
                    .effect = ",\"effect\":" + json_string(check.effect),
                    .remedy = json_string(check.remedy)};
    }
    return at->second;
  }

  // Whom to change instead, for objects of a cluster.
  void write_origin(const Finding& finding) {
    if (finding.owner != nullptr) {
      json_.raw(R"(,"owner":{"kind":)").text(finding.owner->kind_name);
      json_.raw(R"(,"namespace":)").text(finding.owner->namespace_or_default());
      json_.raw(R"(,"name":)").text(finding.owner->metadata.name).raw("}");
    }
    if (finding.more > 0) json_.raw(R"(,"more":)").number(finding.more);
    if (has_place(finding)) return;
    const kube::Object& object = finding.owner == nullptr ? *finding.object : *finding.owner;
    if (const std::string manager = kube::manager_of(object.metadata); !manager.empty()) {
      json_.raw(R"(,"managedBy":)").text(manager);
    }
  }

  // Findings come object by object: the last one's text is most often the one that is wanted.
  std::string_view object(const kube::Object& object) {
    if (&object == object_) return object_text_;
    object_ = &object;
    object_text_ = ",\"object\":{\"apiVersion\":";
    document::append_json_string(object_text_, object.api_version);
    object_text_ += ",\"kind\":";
    document::append_json_string(object_text_, object.kind_name);
    object_text_ += ",\"namespace\":";
    document::append_json_string(object_text_, object.namespace_or_default());
    object_text_ += ",\"name\":";
    document::append_json_string(object_text_, object.metadata.name);
    object_text_ += '}';
    return object_text_;
  }

  const Report& report_;
  JsonLines& json_;
  std::vector<std::string> files_;
  std::unordered_map<const finding::Descriptor*, CheckText> checks_;
  const kube::Object* object_ = nullptr;
  std::string object_text_;
};

void write_head(const Report& report, JsonLines& json) {
  const Totals all = totals(report);
  json.raw("{\n  \"schema\": \"bulwark.dev/report/v1\",\n");
  json.raw("  \"tool\": {\"name\": \"bulwark\", \"version\": ").text(report.version).raw("},\n");
  json.raw("  \"standard\": ").text(report.standard).raw(",\n");
  json.raw("  \"kubernetesVersion\": ").text(report.kubernetes_version).raw(",\n");
  json.raw("  \"failOn\": ").text(finding::name(report.fail_on)).raw(",\n");
  json.raw("  \"fails\": ").raw(report.fails ? "true" : "false").raw(",\n");
  json.raw("  \"summary\": {\n    \"files\": ").number(report.files);
  json.raw(",\n    \"documents\": ").number(report.documents);
  json.raw(",\n    \"objects\": ").number(report.objects);
  json.raw(",\n    \"findings\": ").number(all.broken());
  json.raw(",\n    \"bySeverity\": {");
  for (const finding::Severity severity : severities_downwards) {
    if (severity != severities_downwards.front()) json.raw(", ");
    json.text(finding::name(severity)).raw(": ").number(all.by_severity[static_cast<std::size_t>(severity)]);
  }
  json.raw("},\n    \"unknown\": ").number(all.unknown);
  json.raw(",\n    \"fixable\": ").number(all.fixable);
  json.raw(",\n    \"skipped\": ").number(report.skipped);
  json.raw(",\n    \"unknownKinds\": ").number(report.unknown_kinds);
  json.raw(",\n    \"excepted\": ").number(report.excepted);
  json.raw(",\n    \"inBaseline\": ").number(report.in_baseline);
  json.raw("\n  },\n");
}

}  // namespace

void write_json(const Report& report, const Sink& sink) {
  JsonLines json(sink);
  write_head(report, json);
  json.raw("  \"checks\": ").begin_items();
  for (const Practice& practice : report.practices) {
    json.item("    ").raw("{\"check\":").text(practice.check->id);
    json.raw(",\"chapter\":").text(finding::id(practice.check->chapter));
    json.raw(",\"severity\":").text(finding::name(practice.check->severity));
    json.raw(",\"title\":").text(practice.check->title);
    json.raw(",\"judged\":").number(practice.judged).raw(",\"broken\":").number(practice.broken);
    json.raw(",\"unknown\":").number(practice.unknown).raw("}");
  }
  json.end_items("  ").raw(",\n  \"findings\": ").begin_items();
  FindingsWriter findings(report, json);
  for (const Finding* finding : report.findings) {
    json.item("    ");
    findings.write(*finding);
  }
  json.end_items("  ").raw(",\n  \"errors\": ").begin_items();
  for (const base::Error& error : report.errors) {
    json.item("    ").raw("{\"file\":").text(error.file).raw(",\"line\":").number(error.line);
    json.raw(",\"column\":").number(error.column).raw(",\"message\":").text(error.message).raw("}");
  }
  json.end_items("  ").raw("\n}\n");
  json.finish();
}

}  // namespace bulwark::report
