#include "finding/exceptions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace bulwark::finding {

namespace {

using document::Node;
using document::Source;

std::unexpected<base::Error> fail_at(const Source& source, const Node& node, std::string message) {
  const document::Position at = source.position(node.begin());
  return std::unexpected(
      base::Error{.message = std::move(message), .file = source.name(), .line = at.line, .column = at.column});
}

bool matches_pattern(const std::string& pattern, std::string_view text) {
  return pattern.empty() || base::glob_match(pattern, text);
}

// Reads the members of a map of strings; every key must be known.
base::Result<> read_strings(const Node& map, const Source& source, std::string_view what,
                            const std::vector<std::pair<std::string_view, std::string*>>& fields) {
  if (!map.is_mapping()) return fail_at(source, map, fmt::format("{} must be a map", what));
  for (const document::Member& member : map.members()) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& each) { return each.first == member.key.text(); });
    if (field == fields.end()) {
      std::vector<std::string_view> names;
      names.reserve(fields.size());
      for (const auto& each : fields) names.push_back(each.first);
      const std::string_view meant = base::nearest(member.key.text(), names);
      return fail_at(source, member.key,
                     fmt::format("{} has no field \"{}\"{}", what, member.key.text(),
                                 meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
    }
    if (field->second == nullptr) continue;
    if (!member.value.is_string()) {
      return fail_at(
          source, member.value,
          fmt::format("{}: expected a string, found {}", field->first, document::describe(member.value.kind())));
    }
    *field->second = member.value.text();
  }
  return {};
}

base::Result<Exception> read_exception(const Node& item, const Source& source) {
  Exception exception;
  std::string expires;
  TRY(read_strings(item, source, "an exception",
                   {{"check", &exception.check},
                    {"objects", nullptr},
                    {"owner", &exception.owner},
                    {"reason", &exception.reason},
                    {"expires", &expires}}));
  if (const Node* objects = item.find("objects"); objects != nullptr) {
    TRY(read_strings(
        *objects, source, "objects",
        {{"kind", &exception.kind}, {"namespace", &exception.name_space}, {"name", &exception.name}}));
  }
  for (const auto& [name, text] :
       {std::pair{"check", &exception.check}, {"owner", &exception.owner}, {"reason", &exception.reason}}) {
    if (text->empty()) return fail_at(source, item, fmt::format("an exception needs \"{}\"", name));
  }
  if (!expires.empty()) {
    exception.expires = parse_date(expires);
    if (!exception.expires) {
      return fail_at(source, *item.find("expires"), fmt::format("\"{}\" is no day such as 2027-01-31", expires));
    }
  }
  return exception;
}

Exception parse_entry(std::string_view text) {
  Exception exception;
  const std::size_t colon = text.find(':');
  std::string_view head = base::trim(text.substr(0, colon));
  if (colon != std::string_view::npos) exception.reason = base::trim(text.substr(colon + 1));
  if (const std::size_t until = head.find(" until "); until != std::string_view::npos) {
    exception.expires = parse_date(base::trim(head.substr(until + 7)));
    if (!exception.expires) return {.reason = std::string(text)};
    head = base::trim(head.substr(0, until));
  }
  if (head.find_first_of(" \t,") != std::string_view::npos) return {.reason = std::string(text)};
  exception.check = head;
  return exception;
}

}  // namespace

bool Exception::covers(const Finding& finding) const {
  const auto& aliases = finding.check->aliases;
  const bool named = base::glob_match(check, finding.check->id) ||
                     std::find(aliases.begin(), aliases.end(), check) != aliases.end();
  return named && matches_pattern(kind, finding.object->kind_name) &&
         matches_pattern(name_space, finding.object->namespace_or_default()) &&
         matches_pattern(name, finding.object->metadata.name);
}

base::Result<std::vector<Exception>> read_exceptions(const Node& root, const Source& source) {
  const auto text_of = [&](std::string_view key) {
    const Node* node = root.find(key);
    return node == nullptr ? std::string_view{} : node->text();
  };
  if (text_of("apiVersion") != "bulwark.dev/v1" || text_of("kind") != "Exceptions") {
    return fail_at(source, root, "no exceptions file: expected apiVersion: bulwark.dev/v1 and kind: Exceptions");
  }
  const Node* list = root.find("exceptions");
  if (list == nullptr || !list->is_sequence()) return fail_at(source, root, "\"exceptions\" must be a list");
  std::vector<Exception> exceptions;
  for (const Node& item : list->items()) {
    exceptions.push_back(TRY(read_exception(item, source)));
    exceptions.back().item = static_cast<std::uint32_t>(exceptions.size() - 1);
  }
  return exceptions;
}

std::vector<Exception> parse_annotation(std::string_view text) {
  std::vector<Exception> entries;
  for (const std::string_view line : base::split(text, '\n')) {
    for (const std::string_view entry : base::split(line, ';')) {
      if (base::trim(entry).empty()) continue;
      entries.push_back(parse_entry(base::trim(entry)));
      entries.back().item = static_cast<std::uint32_t>(entries.size() - 1);
    }
  }
  return entries;
}

const Descriptor exception_expired{
    .id = "exception-expired",
    .chapter = Chapter::threat_protection,
    .severity = Severity::medium,
    .title = "Exceptions are still in force",
    .effect = "The risk was accepted until a day that has passed, and nobody has decided anew.",
    .remedy = "Mend what the exception covered, or set a new date together with its owner.",
    .sources = {{"Azure Policy: exemptions have an owner and an end",
                 "https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure"}},
};

const Descriptor exception_unused{
    .id = "exception-unused",
    .chapter = Chapter::threat_protection,
    .severity = Severity::low,
    .title = "Exceptions cover something",
    .effect = "A hole stays open for whatever will match it next.",
    .remedy = "Take the exception out.",
    .sources = {{"Azure Policy: exemptions have an owner and an end",
                 "https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure"}},
};

}  // namespace bulwark::finding
