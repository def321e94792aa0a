// How findings come and go, for whoever follows a living cluster.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace bulwark::report {

// As the API's own watches name them.
enum class ChangeType : std::uint8_t { added, modified, deleted };

// What can be said of a finding when its scan is gone.
struct KeptFinding {
  std::string check, chapter, severity, verdict;  // severity is "unknown" for what cannot be told
  std::string api_version, kind, name_space, name;
  std::string field, message;

  std::string object() const;  // "Deployment shop/web"
  bool operator==(const KeptFinding&) const = default;
};

struct Change {
  ChangeType type = ChangeType::added;
  std::string time;  // RFC 3339, of when it was seen
  KeptFinding finding;
};

// Compares each report with the one before. A finding is the same when check, object and field are; it is modified
// when its message, severity or verdict is another.
class Changes {
 public:
  // Everything is added the first time. The worst come first, those that went last.
  std::vector<Change> since_last(const Report& report, std::string_view time);

 private:
  std::map<std::string, KeptFinding> known_;  // by fingerprint
};

// "2026-01-31T12:00:05Z + high      host-pid  Pod shop/web: the pod ..." with its line feed. With colour, the
// severity's; at most `width` columns when that is not 0, and the time of day alone.
std::string change_line(const Change& change, bool colour = false, std::size_t width = 0);
// One line of JSON (bulwark.dev/watch/v1), with its line feed.
std::string change_json(const Change& change);

// What follows the first changes, which are all that was there: {"type": "SYNCED", ...} on one line.
std::string synced_json(const Report& report, std::string_view time);

// A terminal's whole window: the verdict and the scorecard, findings by check, and below them the first of the
// changes, cut to look.width columns and `height` lines. `title` is the first line, `trouble` (may be empty) the
// last.
std::string live_screen(const Report& report, const std::vector<Change>& changes, const Look& look,
                        std::size_t height, std::string_view title, std::string_view trouble);

}  // namespace bulwark::report
