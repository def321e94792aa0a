// SARIF 2.1.0 (OASIS, with errata 01), as far as code scanning reads it; docs/reference/report.md says what is
// where.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "finding/baseline.h"
#include "report/escape.h"
#include "report/json_lines.h"
#include "report/report.h"

namespace bulwark::report {

namespace {

using finding::Descriptor;
using finding::Finding;
using finding::Severity;
using finding::Verdict;

std::string_view level(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high:
      return "error";
    case Severity::medium:
      return "warning";
    case Severity::low:
      return "note";
  }
  return "warning";
}

// Code scanning sorts by this number: over 9.0 critical, from 7.0 high, from 4.0 medium, below low.
std::string_view security_severity(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "9.5";
    case Severity::high:
      return "8.0";
    case Severity::medium:
      return "5.5";
    case Severity::low:
      return "3.0";
  }
  return "";
}

// Appends text as the `text` of a SARIF message: braces would be placeholders (3.11.5), [text](target) a link
// (3.11.6).
void append_message_text(std::string& out, std::string_view text) {
  if (!text.contains('{') && !text.contains('}') && !text.contains("](")) {
    out += text;
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ']' && text.substr(i).starts_with("](")) out += '\\';
    if (text[i] == '{' || text[i] == '}') out += text[i];
    out += text[i];
  }
}

std::string message_text(std::string_view text) {
  std::string out;
  append_message_text(out, text);
  return out;
}

// host-network as HostNetwork: rule names are identifiers (3.49.7).
std::string pascal_case(std::string_view id) {
  std::string name;
  bool start = true;
  for (const char c : id) {
    if (c == '-') {
      start = true;
      continue;
    }
    name += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    start = false;
  }
  return name;
}

// Code scanning takes at most 20 tags of a rule.
std::vector<std::string> tags(const Descriptor& check) {
  constexpr std::size_t most = 20;
  std::vector<std::string> tags{"security", "kubernetes", std::string(finding::id(check.chapter))};
  for (const finding::Mapping& mapping : check.mappings) {
    std::string tag(finding::id(mapping.framework));
    // Controls that are numbers tell more than their framework; those that are sentences are in the help.
    if (!mapping.control.empty() && !mapping.control.contains(' ')) tag += fmt::format("/{}", mapping.control);
    if (tags.size() < most && std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

std::string help_text(const Descriptor& check) {
  std::string text = fmt::format("{}\n\nWhat to do: {}\n", check.effect, check.remedy);
  for (const finding::Reference& source : check.sources) text += fmt::format("\n{}: {}", source.title, source.url);
  for (const finding::Mapping& mapping : check.mappings) {
    text += fmt::format("\n{}: {}", finding::title(mapping.framework), mapping.control);
  }
  return text;
}

std::string help_markdown(const Descriptor& check) {
  std::string text = fmt::format("{}\n\n**What to do:** {}\n", check.effect, check.remedy);
  if (check.sources.size() > 0) text += "\n**Sources**\n\n";
  for (const finding::Reference& source : check.sources)
    text += fmt::format("- [{}]({})\n", source.title, source.url);
  if (check.mappings.size() > 0) text += "\n**Frameworks**\n\n";
  for (const finding::Mapping& mapping : check.mappings) {
    text += fmt::format("- {}: {}\n", finding::title(mapping.framework), mapping.control);
  }
  return text + fmt::format("\n`bulwark explain {}` shows an example.\n", check.id);
}

void write_rule(const Descriptor& check, JsonLines& json) {
  json.raw("{\"id\":").text(check.id).raw(",\"name\":").text(pascal_case(check.id));
  json.raw(",\"shortDescription\":{\"text\":").text(message_text(check.title));
  json.raw("},\"fullDescription\":{\"text\":").text(message_text(check.effect));
  json.raw("},\"help\":{\"text\":").text(message_text(help_text(check)));
  json.raw(",\"markdown\":").text(help_markdown(check)).raw("}");
  if (check.sources.size() > 0) json.raw(",\"helpUri\":").text(check.sources.begin()->url);
  json.raw(",\"defaultConfiguration\":{\"level\":").text(level(check.severity));
  json.raw("},\"properties\":{\"precision\":\"high\",\"problem.severity\":");
  json.text(check.severity >= Severity::high     ? "error"
            : check.severity == Severity::medium ? "warning"
                                                 : "recommendation");
  json.raw(",\"security-severity\":").text(security_severity(check.severity)).raw(",\"tags\":[");
  bool first = true;
  for (const std::string& tag : tags(check)) {
    if (!std::exchange(first, false)) json.raw(",");
    json.text(tag);
  }
  json.raw("]}}");
}

std::string artifact(std::string_view path) {
  std::string text = R"("artifactLocation":{"uri":)" + json_string(uri_of_path(path));
  if (!path.starts_with('/')) text += R"(,"uriBaseId":"%SRCROOT%")";
  return text + "}";
}

// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
std::string hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string digits(16, '0');
  for (std::size_t i = digits.size(); i-- > 0; hash >>= 4) digits[i] = "0123456789abcdef"[hash & 15];
  return digits;
}

class ResultsWriter {
 public:
  ResultsWriter(const Report& report, JsonLines& json) : report_(report), json_(json) {
    for (const document::Source* source : report.sources) artifacts_.push_back(artifact(source->name()));
  }

  void write_rules() {
    for (const Descriptor* check : report_.checks) add_rule(*check);
    for (const Finding* finding : report_.findings) add_rule(*finding->check);
    json_.begin_items();
    for (const Descriptor* check : rules_) {
      json_.item("            ");
      write_rule(*check, json_);
    }
    json_.end_items("          ");
  }

  void write(const Finding& finding) {
    const bool broken = finding.verdict == Verdict::broken;
    const Rule& rule = index_.at(finding.check);
    const ObjectText& object = text_of(*finding.object);
    json_.raw(rule.head).raw(broken ? R"(,"kind":"fail","level":")" : R"(,"kind":"review","level":")");
    json_.raw(broken ? level(finding.severity) : "none").raw(R"(","message":{"text":)");
    message_ = object.name;
    message_ += ": ";
    append_message_text(message_, finding.message);
    if (!broken) {
      message_ += "; missing: ";
      append_message_text(message_, finding.missing);
    }
    json_.text(message_).raw(R"(},"locations":[{)");
    if (has_place(finding)) {
      const document::Position at = position(report_, finding);
      json_.raw(R"("physicalLocation":{)").raw(artifacts_[finding.object->origin.source]);
      json_.raw(R"(,"region":{"startLine":)").number(at.line).raw(R"(,"startColumn":)").number(at.column);
      json_.raw("}},");
    }
    json_.raw(R"("logicalLocations":[)").raw(object.location);
    if (!finding.field.empty()) {
      qualified_ = object.qualified;
      qualified_ += '/';
      qualified_ += finding.field;
      json_.raw(R"(,{"name":)").text(finding.field).raw(R"(,"fullyQualifiedName":)").text(qualified_);
      json_.raw(R"(,"kind":"property"})");
    }
    json_.raw(R"(]}],"partialFingerprints":{"bulwarkFinding/v1":")").raw(hash(finding::fingerprint(finding)));
    json_.raw(R"("},"properties":{"severity":")").raw(finding::name(finding.severity));
    json_.raw(finding.fixable ? R"(","fixable":true}})" : R"(","fixable":false}})");
  }

 private:
  struct Rule {
    std::string head;  // {"ruleId":...,"ruleIndex":...
  };
  struct ObjectText {
    std::string name, qualified, location;
  };

  void add_rule(const Descriptor& check) {
    const auto [at, is_new] = index_.try_emplace(&check);
    if (!is_new) return;
    at->second.head = fmt::format(R"({{"ruleId":{},"ruleIndex":{})", json_string(check.id), rules_.size());
    rules_.push_back(&check);
  }

  const ObjectText& text_of(const kube::Object& object) {
    if (&object == object_) return text_;
    object_ = &object;
    const std::string name = object_name(object);
    text_.name = message_text(name);
    text_.qualified = object.api_version;
    for (const std::string_view part :
         {object.kind_name, object.namespace_or_default(),
          object.metadata.name.empty() ? object.metadata.generate_name : object.metadata.name}) {
      if (part.empty()) continue;
      text_.qualified += '/';
      text_.qualified += part;
    }
    text_.location = R"({"name":)";
    document::append_json_string(text_.location, name);
    text_.location += R"(,"fullyQualifiedName":)";
    document::append_json_string(text_.location, text_.qualified);
    text_.location += R"(,"kind":"object"})";
    return text_;
  }

  const Report& report_;
  JsonLines& json_;
  std::vector<std::string> artifacts_;
  std::vector<const Descriptor*> rules_;
  std::unordered_map<const Descriptor*, Rule> index_;
  const kube::Object* object_ = nullptr;
  ObjectText text_;
  std::string message_, qualified_;
};

void write_invocation(const Report& report, JsonLines& json) {
  const bool successful = report.objects > 0 || report.errors.empty();
  json.raw("      \"invocations\": [\n        {\n          \"executionSuccessful\": ");
  json.raw(successful ? "true" : "false").raw(",\n          \"toolExecutionNotifications\": ").begin_items();
  for (const base::Error& error : report.errors) {
    json.item("            ").raw("{\"level\":\"error\",\"message\":{\"text\":").text(message_text(error.message));
    json.raw("}");
    if (!error.file.empty()) {
      json.raw(",\"locations\":[{\"physicalLocation\":{").raw(artifact(error.file));
      if (error.line > 0) json.raw(",\"region\":{\"startLine\":").number(error.line);
      if (error.line > 0 && error.column > 0) json.raw(",\"startColumn\":").number(error.column);
      json.raw(error.line > 0 ? "}}}]" : "}}]");
    }
    json.raw("}");
  }
  json.end_items("          ").raw("\n        }\n      ],\n");
}

}  // namespace

void write_sarif(const Report& report, const Sink& sink) {
  JsonLines json(sink);
  json.raw(
      "{\n"
      "  \"$schema\": "
      "\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n"
      "  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n      \"tool\": {\n        \"driver\": {\n"
      "          \"name\": \"Bulwark\",\n          \"version\": ");
  json.text(report.version)
      .raw(",\n          \"informationUri\": \"https://bulwark.dev/\",\n          \"rules\": ");
  ResultsWriter results(report, json);
  results.write_rules();
  json.raw("\n        }\n      },\n");
  write_invocation(report, json);
  json.raw("      \"originalUriBaseIds\": {\n        \"%SRCROOT%\": {\"description\": {\"text\": ");
  json.text("The folder in which bulwark ran.")
      .raw("}}\n      },\n      \"columnKind\": \"unicodeCodePoints\",\n");
  json.raw("      \"properties\": {\"standard\": ").text(report.standard);
  json.raw(", \"kubernetesVersion\": ")
      .text(report.kubernetes_version)
      .raw("},\n      \"results\": ")
      .begin_items();
  for (const Finding* finding : report.findings) {
    json.item("        ");
    results.write(*finding);
  }
  json.end_items("      ").raw("\n    }\n  ]\n}\n");
  json.finish();
}

}  // namespace bulwark::report
