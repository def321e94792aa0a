// JUnit XML as Jenkins, GitLab and Azure DevOps read it: a suite for each chapter, a case for each check.
#include <fmt/format.h>

#include <map>

#include "report/escape.h"
#include "report/report.h"
#include "report/summary.h"

namespace bulwark::report {

namespace {

using finding::Finding;
using finding::Verdict;

struct Counts {
  std::uint64_t tests = 0, failures = 0, errors = 0, skipped = 0;

  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"", tests, failures,
                       errors, skipped);
  }
};

Counts count_practices(const Report& report, finding::Chapter chapter) {
  Counts counts;
  for (const Practice& practice : report.practices) {
    if (practice.check->chapter != chapter) continue;
    const Standing stands = standing(practice);
    ++counts.tests;
    if (stands == Standing::broken) ++counts.failures;
    if (stands == Standing::unknown || stands == Standing::not_seen) ++counts.skipped;
  }
  return counts;
}

class Writer {
 public:
  Writer(const Report& report, const Sink& sink) : report_(report), sink_(sink), by_check_(report) {
    for (const CheckGroup& group : by_check_.groups()) groups_[group.check] = &group;
  }

  void write() {
    Counts all;
    for (const ChapterScore& score : scorecard(report_)) {
      const Counts counts = count_practices(report_, score.chapter);
      all.tests += counts.tests;
      all.failures += counts.failures;
      all.skipped += counts.skipped;
    }
    all.tests += report_.errors.size();
    all.errors = report_.errors.size();
    out_ = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"Bulwark\" {}>\n",
                       all.attributes());
    for (const ChapterScore& score : scorecard(report_)) write_chapter(score.chapter);
    if (!report_.errors.empty()) write_errors();
    out_ += "</testsuites>\n";
    sink_(out_);
  }

 private:
  void put(std::string_view text) { append_markup(out_, text); }
  void flush() {
    if (out_.size() < 64UL * 1024) return;
    sink_(out_);
    out_.clear();
  }

  void write_chapter(finding::Chapter chapter) {
    out_ += "  <testsuite name=\"";
    put(finding::title(chapter));
    out_ += fmt::format("\" {}>\n", count_practices(report_, chapter).attributes());
    for (const Practice& practice : report_.practices) {
      if (practice.check->chapter == chapter) write_practice(practice);
    }
    out_ += "  </testsuite>\n";
  }

  void write_practice(const Practice& practice) {
    const finding::Descriptor& check = *practice.check;
    const auto found = groups_.find(&check);
    const CheckGroup* group = found == groups_.end() ? nullptr : found->second;
    out_ += "    <testcase classname=\"bulwark.";
    put(finding::id(check.chapter));
    out_ += "\" name=\"";
    put(check.id);
    out_ += "\" time=\"0\"";
    const Standing stands = standing(practice);
    if (stands == Standing::broken && group != nullptr && has_place(*group->findings.front())) {
      out_ += " file=\"";
      put(file_name(report_, *group->findings.front()));
      out_ += '"';
    }
    switch (stands) {
      case Standing::kept:
        out_ += "/>\n";
        return;
      case Standing::not_seen:
        out_ += ">\n      <skipped message=\"Nothing was there that this check judges\"/>\n    </testcase>\n";
        return;
      case Standing::unknown:
        out_ += fmt::format(">\n      <skipped message=\"Cannot be told {} ", practice.unknown);
        out_ += practice.unknown == 1 ? "time: " : "times: ";
        put(check.title);
        out_ += "\"/>\n";
        if (group != nullptr) write_places(*group, "      <system-out>", "</system-out>\n");
        out_ += "    </testcase>\n";
        return;
      case Standing::broken:
        out_ += fmt::format(">\n      <failure type=\"{}\" message=\"{}: ", finding::name(check.severity),
                            count(practice.broken, "finding", "findings"));
        put(check.title);
        out_ += "\">";
        if (group != nullptr) write_places(*group, "", "");
        out_ += "</failure>\n    </testcase>\n";
    }
  }

  // All places of a check, a line each, then what it means and what to do.
  void write_places(const CheckGroup& group, std::string_view before, std::string_view after) {
    out_ += before;
    for (const Finding* finding : group.findings) {
      put(place(report_, *finding));
      out_ += ": ";
      if (has_place(*finding)) {
        put(object_name(*finding->object));
        out_ += ": ";
      }
      put(finding->message);
      if (finding->verdict == Verdict::unknown) {
        out_ += " (cannot be told; missing: ";
        put(finding->missing);
        out_ += ')';
      }
      out_ += '\n';
      flush();
    }
    out_ += "\nEffect: ";
    put(group.check->effect);
    out_ += "\nFix: ";
    put(group.check->remedy);
    out_ += '\n';
    out_ += after;
  }

  void write_errors() {
    const Counts counts{.tests = report_.errors.size(), .errors = report_.errors.size()};
    out_ += fmt::format("  <testsuite name=\"Input\" {}>\n", counts.attributes());
    for (const base::Error& error : report_.errors) {
      base::Error place = error;
      place.message.clear();
      std::string where = place.text();
      while (where.ends_with(' ') || where.ends_with(':')) where.pop_back();
      out_ += "    <testcase classname=\"bulwark.input\" name=\"";
      put(where.empty() ? "input" : where);
      out_ += "\" time=\"0\">\n      <error type=\"input\" message=\"";
      put(error.message);
      out_ += "\">";
      put(error.text());
      out_ += "</error>\n    </testcase>\n";
      flush();
    }
    out_ += "  </testsuite>\n";
  }

  const Report& report_;
  const Sink& sink_;
  ByCheck by_check_;
  std::map<const finding::Descriptor*, const CheckGroup*> groups_;
  std::string out_;
};

}  // namespace

void write_junit(const Report& report, const Sink& sink) { Writer(report, sink).write(); }

}  // namespace bulwark::report
