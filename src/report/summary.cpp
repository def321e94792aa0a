#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace bulwark::report {

using finding::Finding;
using finding::Severity;
using finding::Verdict;

Totals totals(const Report& report) {
  Totals totals;
  for (const Finding* finding : report.findings) {
    if (finding->verdict == Verdict::unknown) {
      ++totals.unknown;
    } else {
      ++totals.by_severity[static_cast<std::size_t>(finding->severity)];
      if (finding->fixable) ++totals.fixable;
    }
  }
  return totals;
}

Standing standing(const Practice& practice) {
  if (practice.broken > 0) return Standing::broken;
  if (practice.unknown > 0) return Standing::unknown;
  return practice.judged > 0 ? Standing::kept : Standing::not_seen;
}

std::vector<ChapterScore> scorecard(const Report& report) {
  std::vector<ChapterScore> scores;
  for (const finding::Chapter chapter : finding::all_chapters) {
    ChapterScore score{.chapter = chapter};
    for (const Practice& practice : report.practices) {
      if (practice.check->chapter == chapter) ++score.practices[static_cast<std::size_t>(standing(practice))];
    }
    if (score.all() > 0) scores.push_back(score);
  }
  return scores;
}

ByCheck::ByCheck(const Report& report) {
  struct Tally {
    CheckGroup group;
    std::size_t broken_to = 0, unknown_to = 0;  // where the next one goes
  };
  std::unordered_map<const finding::Descriptor*, Tally> tallies;
  for (const Finding* finding : report.findings) {
    CheckGroup& group = tallies[finding->check].group;
    group.check = finding->check;
    if (finding->verdict == Verdict::unknown) {
      ++group.unknown;
    } else {
      group.worst = group.broken == 0 ? finding->severity : std::max(group.worst, finding->severity);
      ++group.broken;
      if (finding->fixable) ++group.fixable;
    }
  }
  for (auto& [check, tally] : tallies) {
    if (tally.group.broken == 0) tally.group.worst = check->severity;
    groups_.push_back(tally.group);
  }
  std::sort(groups_.begin(), groups_.end(), [](const CheckGroup& a, const CheckGroup& b) {
    return std::tuple(b.broken > 0, b.worst, b.broken, b.unknown, a.check->id) <
           std::tuple(a.broken > 0, a.worst, a.broken, a.unknown, b.check->id);
  });
  sorted_.resize(report.findings.size());
  std::size_t at = 0;
  for (CheckGroup& group : groups_) {
    const std::size_t size = group.broken + group.unknown;
    group.findings = std::span(sorted_).subspan(at, size);
    Tally& tally = tallies[group.check];
    tally.broken_to = at;
    tally.unknown_to = at + group.broken;
    at += size;
  }
  for (const Finding* finding : report.findings) {
    Tally& tally = tallies[finding->check];
    sorted_[finding->verdict == Verdict::unknown ? tally.unknown_to++ : tally.broken_to++] = finding;
  }
}

std::vector<const Finding*> worst(const Report& report, std::size_t most) {
  const bool all = totals(report).broken() <= most;
  std::vector<const Finding*> chosen;
  std::unordered_set<const finding::Descriptor*> seen;
  for (const Severity severity : severities_downwards) {
    for (const Finding* finding : report.findings) {
      if (chosen.size() >= most) return chosen;
      if (finding->verdict == Verdict::unknown || finding->severity != severity) continue;
      // One of each check: five times the same finding tells no more than once.
      if (all || seen.insert(finding->check).second) chosen.push_back(finding);
    }
  }
  return chosen;
}

std::string count(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string_view verdict(const Report& report, const Totals& totals) {
  if (report.fails) return "Fails";
  if (totals.broken() > 0) return "Passes with findings";
  return report.objects == 0 ? "Nothing was judged" : "Clean";
}

std::string verdict_reason(const Report& report, const Totals& totals) {
  std::string parts;
  for (const Severity severity : severities_downwards) {
    const std::uint64_t number = totals.by_severity[static_cast<std::size_t>(severity)];
    if (number == 0) continue;
    if (!parts.empty()) parts += ", ";
    parts += fmt::format("{} {}", number, finding::name(severity));
  }
  if (parts.empty())
    parts = report.objects == 0 ? "no Kubernetes object was there to judge" : "no practice is broken";
  // A living cluster is no file.
  parts += " (" + count(report.objects, "object", "objects");
  if (report.files > 0) parts += " in " + count(report.files, "file", "files");
  parts += ")";
  if (totals.unknown > 0) parts += fmt::format("; {} cannot be told", totals.unknown);
  if (!report.errors.empty()) parts += fmt::format("; {}", count(report.errors.size(), "error", "errors"));
  return parts;
}

std::vector<std::string> notes(const Report& report) {
  std::vector<std::string> notes;
  const auto note = [&](std::uint64_t number, std::string_view one, std::string_view many) {
    if (number > 0) notes.push_back(count(number, one, many));
  };
  note(report.excepted, "finding is covered by an exception.", "findings are covered by exceptions.");
  note(report.in_baseline, "finding is in the baseline.", "findings are in the baseline.");
  note(report.skipped, "document is no Kubernetes object.", "documents are no Kubernetes objects.");
  note(report.unknown_kinds, "object is of a kind that Bulwark does not know.",
       "objects are of kinds that Bulwark does not know.");
  return notes;
}

}  // namespace bulwark::report
