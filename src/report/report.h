#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/source.h"
#include "finding/finding.h"

namespace bulwark::report {

// How one practice (a check) fared over everything that was read.
struct Practice {
  const finding::Descriptor* check = nullptr;
  std::uint64_t judged = 0;  // how often it was applied
  std::uint64_t broken = 0;
  std::uint64_t unknown = 0;
};

// What a scan has to say, ready for any format. Nothing in it is owned.
struct Report {
  std::string_view version;  // of Bulwark
  std::string_view standard;
  std::string kubernetes_version;
  std::vector<const document::Source*> sources;  // what the origins of objects point into
  std::vector<const finding::Finding*>
      findings;  // in the order of files and lines, without excepted and known ones
  std::vector<const finding::Descriptor*> checks;  // all that ran, sorted by id
  std::vector<Practice> practices;                 // one for each of `checks`
  std::vector<base::Error> errors;                 // what could not be read, with its place
  std::uint64_t files = 0, documents = 0, objects = 0, skipped = 0, unknown_kinds = 0;
  std::uint64_t excepted = 0;     // findings that an exception covers
  std::uint64_t in_baseline = 0;  // findings that the baseline knows
  finding::Severity fail_on = finding::Severity::high;
  bool fails = false;  // a finding at or above fail_on is there (any broken one under a Pod Security Standard)
  // The change that would mend a finding, as a unified diff, proved; nullopt when there is none. May be empty.
  std::function<std::optional<std::string>(const finding::Finding&)> diff;
};

// Where a report goes; may be called many times.
using Sink = std::function<void(std::string_view)>;

// How the terminal, if it is one, wants its text.
struct Look {
  bool colour = false;
  std::size_t width = 100;  // columns; fewer than 60 are taken as 60
  std::size_t details = 5;  // how many findings the table shows in full
};

void write_table(const Report& report, const Look& look, const Sink& sink);
void write_json(const Report& report, const Sink& sink);
void write_sarif(const Report& report, const Sink& sink);
void write_junit(const Report& report, const Sink& sink);
void write_html(const Report& report, const Sink& sink);
void write_markdown(const Report& report, const Sink& sink);

// "Deployment shop/web": how reports speak of an object.
std::string object_name(const kube::Object& object);
document::Position position(const Report& report, const finding::Finding& finding);
const std::string& file_name(const Report& report, const finding::Finding& finding);
// Whether the object was read from a text, and so has a line; those of a living cluster have none.
bool has_place(const finding::Finding& finding);
// "file:line:column", or for what has no place the object.
std::string place(const Report& report, const finding::Finding& finding);
// What to change instead of the object itself: "of Deployment shop/web and 2 more, written by Helm release
// shop/web". Empty when nothing is known.
std::string origin_note(const finding::Finding& finding);

}  // namespace bulwark::report
