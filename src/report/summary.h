#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace bulwark::report {

// How many findings there are of each severity (indexed by it), and how many verdicts are unknown.
struct Totals {
  std::array<std::uint64_t, 4> by_severity{};
  std::uint64_t unknown = 0;
  std::uint64_t fixable = 0;

  std::uint64_t broken() const { return by_severity[0] + by_severity[1] + by_severity[2] + by_severity[3]; }
};
Totals totals(const Report& report);

// From critical to low.
inline constexpr std::array severities_downwards{finding::Severity::critical, finding::Severity::high,
                                                 finding::Severity::medium, finding::Severity::low};

// What became of one practice over all objects. not_seen: nothing was there that it judges.
enum class Standing : std::uint8_t { kept, broken, unknown, not_seen };
Standing standing(const Practice& practice);

// How many practices of a chapter stand where.
struct ChapterScore {
  finding::Chapter chapter = finding::Chapter::container_access;
  std::array<std::uint64_t, 4> practices{};  // indexed by Standing

  std::uint64_t operator[](Standing standing) const { return practices[static_cast<std::size_t>(standing)]; }
  std::uint64_t all() const { return practices[0] + practices[1] + practices[2] + practices[3]; }
};
// In the order of the guide; chapters without a practice are left out.
std::vector<ChapterScore> scorecard(const Report& report);

// The findings of one check, in the report's order, those that are broken first.
struct CheckGroup {
  const finding::Descriptor* check = nullptr;
  std::span<const finding::Finding* const> findings;
  finding::Severity worst = finding::Severity::low;
  std::uint64_t broken = 0, unknown = 0, fixable = 0;
};

// All findings by check: the worst severity first, then the most findings, then by id. Groups stay valid while the
// object lives.
class ByCheck {
 public:
  explicit ByCheck(const Report& report);
  const std::vector<CheckGroup>& groups() const { return groups_; }

 private:
  std::vector<const finding::Finding*> sorted_;
  std::vector<CheckGroup> groups_;
};

// At most `most` broken ones, the worst first. When there are more, only one of each check.
std::vector<const finding::Finding*> worst(const Report& report, std::size_t most);

// What to say when a finding has a fix, but report.diff none.
inline constexpr std::string_view unproved =
    "No change alone could be proved to mend it; bulwark fix --diff says why.";

// "3 findings", "1 finding".
std::string count(std::uint64_t number, std::string_view one, std::string_view many);

// "Fails", "Passes with findings", "Clean" or "Nothing was judged"; and what it rests on, in one line:
// "2 high, 1 low (12 objects in 3 files); 1 cannot be told".
std::string_view verdict(const Report& report, const Totals& totals);
std::string verdict_reason(const Report& report, const Totals& totals);

// What else the reader has to know, as sentences: exceptions, baseline, what was skipped or not understood.
std::vector<std::string> notes(const Report& report);

}  // namespace bulwark::report
