#include "report/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "finding/baseline.h"
#include "report/escape.h"
#include "report/json_lines.h"
#include "report/palette.h"
#include "report/text_table.h"

namespace bulwark::report {

namespace {

using finding::Finding;

KeptFinding keep(const Finding& finding) {
  const bool broken = finding.verdict == finding::Verdict::broken;
  return {.check = std::string(finding.check->id),
          .chapter = std::string(finding::id(finding.check->chapter)),
          .severity = broken ? std::string(finding::name(finding.severity)) : "unknown",
          .verdict = broken ? "broken" : "unknown",
          .api_version = std::string(finding.object->api_version),
          .kind = std::string(finding.object->kind_name),
          .name_space = std::string(finding.object->namespace_or_default()),
          .name = std::string(finding.object->metadata.name),
          .field = std::string(finding.field),
          .message = std::string(finding.message)};
}

int rank(const std::string& severity) {
  const auto parsed = finding::parse_severity(severity);
  return parsed ? static_cast<int>(*parsed) : -1;
}

bool comes_before(const Change& a, const Change& b) {
  if ((a.type == ChangeType::deleted) != (b.type == ChangeType::deleted)) return b.type == ChangeType::deleted;
  if (a.finding.severity != b.finding.severity) return rank(a.finding.severity) > rank(b.finding.severity);
  return std::tie(a.finding.check, a.finding.name_space, a.finding.name, a.finding.field) <
         std::tie(b.finding.check, b.finding.name_space, b.finding.name, b.finding.field);
}

std::string_view paint_of(const Change& change) {
  if (change.type == ChangeType::deleted) return green;
  const auto severity = finding::parse_severity(change.finding.severity);
  return severity ? colour_of(*severity) : dim;
}

}  // namespace

std::string KeptFinding::object() const {
  std::string text = kind + ' ';
  if (!name_space.empty()) text += name_space + '/';
  return text + name;
}

std::vector<Change> Changes::since_last(const Report& report, std::string_view time) {
  std::map<std::string, KeptFinding> now;
  for (const Finding* finding : report.findings) now.emplace(finding::fingerprint(*finding), keep(*finding));
  std::vector<Change> changes;
  const auto add = [&](ChangeType type, const KeptFinding& finding) {
    changes.push_back({type, std::string(time), finding});
  };
  for (const auto& [fingerprint, finding] : now) {
    const auto before = known_.find(fingerprint);
    if (before == known_.end()) {
      add(ChangeType::added, finding);
    } else if (before->second != finding) {
      add(ChangeType::modified, finding);
    }
  }
  for (const auto& [fingerprint, finding] : known_) {
    if (!now.contains(fingerprint)) add(ChangeType::deleted, finding);
  }
  std::sort(changes.begin(), changes.end(), comes_before);
  known_ = std::move(now);
  return changes;
}

std::string change_line(const Change& change, bool colour, std::size_t width) {
  constexpr std::string_view signs = "+~-";
  const KeptFinding& finding = change.finding;
  std::string_view time = change.time;
  if (const std::size_t day_ends = time.find('T'); width > 0 && day_ends != std::string_view::npos)
    time = time.substr(day_ends + 1);
  const std::string severity = fmt::format("{:<8}", finding.severity);
  std::string text =
      fmt::format("  {}  {}", finding.check, visible(fmt::format("{}: {}", finding.object(), finding.message)));
  const std::string head = fmt::format("{} {} ", time, signs[static_cast<std::size_t>(change.type)]);
  if (width > 0) {
    const std::size_t used = head.size() + severity.size();
    text = elide_end(text, width > used ? width - used : 0);
  }
  if (!colour) return head + severity + text + '\n';
  return fmt::format("{}{}{}\x1b[0m{}\n", head, paint_of(change), severity, text);
}

std::string change_json(const Change& change) {
  constexpr std::string_view types[] = {"ADDED", "MODIFIED", "DELETED"};
  const KeptFinding& finding = change.finding;
  const auto member = [](std::string_view key, std::string_view value) {
    return fmt::format(R"("{}":{})", key, json_string(value));
  };
  std::vector<std::string> about{member("check", finding.check)};
  // A severity of "unknown" is a verdict.
  if (finding.verdict == "broken") about.push_back(member("severity", finding.severity));
  const std::string object = fmt::format(R"("object":{{{},{},{},{}}})", member("apiVersion", finding.api_version),
                                         member("kind", finding.kind), member("namespace", finding.name_space),
                                         member("name", finding.name));
  for (const std::string& each : {member("verdict", finding.verdict), member("chapter", finding.chapter), object,
                                  member("field", finding.field), member("message", finding.message)}) {
    about.push_back(each);
  }
  return fmt::format("{{{},{},{},\"finding\":{{{}}}}}\n", member("schema", "bulwark.dev/watch/v1"),
                     member("type", types[static_cast<std::size_t>(change.type)]), member("time", change.time),
                     fmt::join(about, ","));
}

std::string synced_json(const Report& report, std::string_view time) {
  return fmt::format(R"({{"schema":"bulwark.dev/watch/v1","type":"SYNCED","time":{},"objects":{},"findings":{}}})"
                     "\n",
                     json_string(time), report.objects, report.findings.size());
}

std::string live_screen(const Report& report, const std::vector<Change>& changes, const Look& look,
                        std::size_t height, std::string_view title, std::string_view trouble) {
  const auto painted = [&](std::string_view paint, std::string text) {
    return look.colour ? fmt::format("{}{}\x1b[0m", paint, text) : text;
  };
  std::vector<std::string> lines{painted(dim, elide_end(title, look.width)), ""};
  std::string table;
  Look summary = look;
  summary.details = 0;
  write_table(report, summary, [&](std::string_view text) { table += text; });
  while (table.ends_with('\n')) table.pop_back();

  // A third of the window at most for changes; more when the table leaves it.
  const std::size_t fixed = lines.size() + 2 + (trouble.empty() ? 0 : 1);
  const std::size_t room = height > fixed ? height - fixed : 0;
  std::vector<std::string_view> rows = base::split(table, '\n');
  const std::size_t wanted = std::min(changes.size(), std::max(room / 3, room - std::min(room, rows.size())));
  const bool cut = rows.size() + wanted > room;
  if (cut) rows.resize(room > wanted ? room - wanted : 0);
  for (const std::string_view row : rows) lines.emplace_back(row);
  if (cut && !rows.empty()) lines.back() = painted(dim, "...");
  lines.emplace_back();
  lines.push_back(painted(dim, changes.empty() ? "NO CHANGES YET" : "NEWEST CHANGES"));
  for (std::size_t i = 0; i < wanted; ++i) {
    std::string line = change_line(changes[i], look.colour, look.width);
    line.pop_back();
    lines.push_back(std::move(line));
  }
  if (!trouble.empty()) lines.push_back(painted(yellow, elide_end(visible(trouble), look.width)));
  if (lines.size() > height) lines.resize(height);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace bulwark::report
