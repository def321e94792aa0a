// The versioned JSON report; docs/reference/report.md describes it.
#include <array>

#include "document/json_writer.h"
#include "report/report.h"

namespace bulwark::report {

namespace {

constexpr std::size_t flush_at = 64UL * 1024;

void write_finding(document::JsonWriter& json, const Report& report, const finding::Finding& finding) {
  const kube::Object& object = *finding.object;
  const document::Position at = position(report, finding);
  json.begin_object()
      .member("check", finding.check->id)
      .member("severity", finding::name(finding.severity))
      .member("verdict", finding.verdict == finding::Verdict::broken ? "broken" : "unknown")
      .member("chapter", finding::id(finding.check->chapter));
  json.key("object")
      .begin_object()
      .member("apiVersion", object.api_version)
      .member("kind", object.kind_name)
      .member("namespace", object.namespace_or_default())
      .member("name", object.metadata.name)
      .end_object();
  json.member("field", finding.field)
      .member("file", std::string_view(file_name(report, finding)))
      .member("line", at.line)
      .member("column", at.column)
      .member("message", finding.message)
      .member("effect", finding.check->effect);
  if (finding.verdict == finding::Verdict::unknown) json.member("missing", finding.missing);
  json.key("fix").begin_object().member("available", finding.fixable).member("description", finding.check->remedy);
  if (!finding.no_fix.empty()) json.member("reason", finding.no_fix);
  json.end_object().end_object();
}

}  // namespace

void write_json(const Report& report, const Sink& sink) {
  std::string out;
  document::JsonWriter json(out);
  const auto flush = [&] {
    if (out.size() < flush_at) return;
    sink(out);
    out.clear();
  };
  std::array<std::uint64_t, 4> by_severity{};
  std::uint64_t unknown = 0;
  for (const finding::Finding* finding : report.findings) {
    if (finding->verdict == finding::Verdict::unknown) {
      ++unknown;
    } else {
      ++by_severity[static_cast<std::size_t>(finding->severity)];
    }
  }
  json.begin_object().member("schema", "bulwark.dev/report/v1");
  json.key("tool").begin_object().member("name", "bulwark").member("version", report.version).end_object();
  json.member("standard", report.standard)
      .member("kubernetesVersion", std::string_view(report.kubernetes_version));
  json.key("summary")
      .begin_object()
      .member("files", report.files)
      .member("documents", report.documents)
      .member("objects", report.objects)
      .member("findings", static_cast<std::uint64_t>(report.findings.size()) - unknown);
  json.key("bySeverity").begin_object();
  for (std::size_t i = by_severity.size(); i-- > 0;) {
    json.member(finding::name(static_cast<finding::Severity>(i)), by_severity[i]);
  }
  json.end_object()
      .member("unknown", unknown)
      .member("skipped", report.skipped)
      .member("excepted", report.excepted)
      .member("inBaseline", report.in_baseline)
      .end_object();
  json.key("findings").begin_array();
  for (const finding::Finding* finding : report.findings) {
    write_finding(json, report, *finding);
    flush();
  }
  json.end_array().key("errors").begin_array();
  for (const base::Error& error : report.errors) {
    json.begin_object()
        .member("file", std::string_view(error.file))
        .member("line", error.line)
        .member("column", error.column)
        .member("message", std::string_view(error.message))
        .end_object();
    flush();
  }
  json.end_array().end_object();
  sink(out);
  sink("\n");
}

}  // namespace bulwark::report
