// Properties of fixes on random files: what was fixed is gone and nothing else appears, no other field changes,
// comments and line ends stay, and a second time changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "posture/fixer.h"
#include "posture/random_manifests_testing.h"

namespace bulwark::posture {
namespace {

constexpr int seeds = 8;
#ifdef NDEBUG
constexpr int files_of_a_seed = 400;
#else
constexpr int files_of_a_seed = 50;
#endif

struct Scanned {
  Scanned(std::string text, const Selection& selection) : padded(std::move(text)) {
    const std::size_t size = padded.size();
    padded.append(128, '\0');
    source = std::make_unique<document::Source>("made-up.yaml", std::string_view(padded).substr(0, size));
    Scanner scanner(selection, limits);
    scanner.scan_yaml(*source, 0, {0, static_cast<std::uint32_t>(size)});
    std::vector<Part> parts;
    parts.push_back(scanner.take());
    scan = finish(std::move(parts), selection, {source.get()}, limits);
  }

  std::string padded;
  std::unique_ptr<document::Source> source;
  document::Limits limits;
  Scan scan;
};

// Which object of the file, which check, which field.
using Place = std::tuple<std::size_t, std::string, std::string>;

std::size_t number_of(const kube::Object* object, const Scan& scan) {
  const auto& all = scan.inventory.all();
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), object) - all.begin());
}

std::multiset<Place> findings_of(const Scan& scan) {
  std::multiset<Place> places;
  for (const finding::Finding* each : scan.findings) {
    places.emplace(number_of(each->object, scan), each->check->id, each->field);
  }
  return places;
}

// Every scalar and empty collection of each object, by its path.
class Flattened : public document::DocumentSink {
 public:
  explicit Flattened(const document::Source& source) {
    base::Arena arena;
    document::read_yaml(source, {0, static_cast<std::uint32_t>(source.text().size())}, arena, {}, *this);
  }
  void on_document(const document::Node& root) override {
    if (const document::Node* items = root.find("items"); items != nullptr) {
      for (const document::Node& item : items->items()) start(item);
    } else if (!root.is_null()) {
      start(root);
    }
  }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

  std::vector<std::map<std::string, std::string>> objects;

 private:
  void start(const document::Node& root) {
    objects.emplace_back();
    add({}, root);
  }
  void add(const FieldPath& path, const document::Node& node) {
    if (node.items().empty() && node.members().empty()) {
      objects.back()[path.text()] = std::string(describe(node.kind())) + ' ' + std::string(node.text());
    }
    for (std::size_t i = 0; i < node.items().size(); ++i) add(path / i, node.items()[i]);
    for (const document::Member& member : node.members()) add(path / member.key.text(), member.value);
  }
};

bool is_below(std::string_view field, std::string_view above) {
  if (!field.starts_with(above)) return false;
  return field.size() == above.size() || field[above.size()] == '.' || field[above.size()] == '[';
}

// Fields of an object that differ though no edit was made there. What stands above an edit may come from nothing,
// or become nothing: a map is made or left empty.
std::vector<std::string> strayed(const std::map<std::string, std::string>& before,
                                 const std::map<std::string, std::string>& after,
                                 const std::set<std::string>& changed) {
  std::vector<std::string> fields;
  const auto check = [&](const auto& one, const auto& other) {
    for (const auto& [field, value] : one) {
      const auto found = other.find(field);
      if (found != other.end() && found->second == value) continue;
      const bool meant = std::any_of(changed.begin(), changed.end(), [&](const std::string& edit) {
        return is_below(field, edit) || is_below(edit, field) || edit.starts_with(field + ".");
      });
      if (!meant) fields.push_back(field + " (" + value + ")");
    }
  };
  check(before, after);
  check(after, before);
  return fields;
}

std::vector<std::string> comments(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find("#~ "); at != std::string_view::npos; at = text.find("#~ ", at + 1)) {
    found.emplace_back(text.substr(at, text.find(';', at) - at));
  }
  return found;
}

std::string line_ends(std::string_view text) {
  bool lf = false, crlf = false;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    (at > 0 && text[at - 1] == '\r' ? crlf : lf) = true;
  }
  return crlf && lf ? "mixed" : crlf ? "CRLF" : "LF";
}

// Stands in a list that was changed as a whole: items may have got other numbers.
bool is_renumbered(const std::string& field, const std::set<std::string>& changed) {
  return std::any_of(changed.begin(), changed.end(),
                     [&](const std::string& list) { return field.starts_with(list + "["); });
}

std::string fixed_by(const Fixes& fixes) {
  std::string out;
  for (const FixOutcome& each : fixes.outcomes) {
    if (each.fixed) out += std::string(each.finding->check->id) + " at " + std::string(each.finding->field) + "; ";
  }
  return out;
}

class FixProperty : public testing::TestWithParam<int> {
 protected:
  void check(const std::string& text, const Selection& selection) {
    const Scanned before(text, selection);
    ASSERT_TRUE(before.scan.errors.empty()) << before.scan.errors.front().message << "\n" << text;
    const Fixes fixes = fix(before.scan, selection, {before.source.get()}, before.limits);
    for (const FixOutcome& each : fixes.outcomes) {
      fixed_ += each.fixed;
      refused_ += !each.fixed && each.finding->fixable;
    }
    if (fixes.sources.empty()) {
      for (const FixOutcome& each : fixes.outcomes)
        EXPECT_FALSE(each.fixed) << each.finding->message << "\n" << text;
      return;
    }
    ASSERT_EQ(fixes.sources.size(), 1U);
    const std::string& mended = fixes.sources.front().text;
    const std::string what = "\n" + text + "\n======== became\n" + mended;
    EXPECT_EQ(comments(text), comments(mended)) << what;
    EXPECT_EQ(line_ends(text), line_ends(mended)) << what;
    const Scanned after(mended, selection);
    ASSERT_TRUE(after.scan.errors.empty()) << after.scan.errors.front().message << what;
    const Fixes again = fix(after.scan, selection, {after.source.get()}, after.limits);
    if (!again.sources.empty()) ADD_FAILURE() << "a second time changes " << fixed_by(again) << what;
    compare(before, after, fixes, what);
  }

  void compare(const Scanned& before, const Scanned& after, const Fixes& fixes, const std::string& what) {
    const Flattened fields(*before.source), new_fields(*after.source);
    ASSERT_EQ(fields.objects.size(), new_fields.objects.size()) << what;
    std::vector<std::set<std::string>> changed(fields.objects.size());
    std::multiset<Place> gone;
    for (const FixOutcome& each : fixes.outcomes) {
      if (!each.fixed) continue;
      const std::size_t object = number_of(each.finding->object, before.scan);
      changed.at(object).insert(each.changed.begin(), each.changed.end());
      gone.emplace(object, each.finding->check->id, each.finding->field);
    }
    for (std::size_t i = 0; i < changed.size(); ++i) {
      for (const std::string& field : strayed(fields.objects[i], new_fields.objects[i], changed[i])) {
        ADD_FAILURE() << "object " << i << ": " << field << " changed" << what;
      }
    }
    const auto old_places = findings_of(before.scan), new_places = findings_of(after.scan);
    for (const Place& place : new_places) {
      const auto& [object, id, field] = place;
      if (is_renumbered(field, changed.at(object))) continue;
      EXPECT_GE(old_places.count(place), new_places.count(place) + gone.count(place))
          << "object " << object << ": " << id << " at " << field
          << (gone.contains(place) ? " is left" : " is new") << what;
    }
    EXPECT_LE(new_places.size() + gone.size(), old_places.size()) << what;
  }

  int fixed_ = 0, refused_ = 0;
};

TEST_P(FixProperty, Holds) {
  SelectionOptions everything;
  everything.standard = Standard::all;
  const Selection all = *Selection::make(everything), guide = *Selection::make({});
  RandomManifests random(static_cast<std::uint64_t>(GetParam()) * 1000 + 1);
  for (int i = 0; i < files_of_a_seed && !HasFailure(); ++i) check(random.next(), i % 4 == 0 ? guide : all);
  EXPECT_GT(fixed_, files_of_a_seed);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FixProperty, testing::Range(0, seeds));

}  // namespace
}  // namespace bulwark::posture
