#include "document/edit.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "document/edit_draft.h"

namespace bulwark::document {

namespace {

using namespace editing;  // the helpers of this very file

class OneDocument : public DocumentSink {
 public:
  void on_document(const Node& node) override {
    root = node;
    ++count;
  }
  void on_problem(Problem problem) override {
    if (problem.severity == Problem::Severity::error && !error) error = std::move(problem);
  }

  Node root;
  int count = 0;
  std::optional<Problem> error;
};

// A text that was read as one document. The tree points into the text, which must outlive it.
class Reading {
 public:
  static base::Result<Reading> of(std::string_view text, const Limits& limits) {
    Reading reading;
    reading.text_ = text;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool maybe_json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    if (maybe_json && reading.read(true, limits)) return reading;
    if (reading.read(false, limits)) return reading;
    const Source source("", reading.text_);
    if (reading.found_.error) {
      const Position at = source.position(reading.found_.error->offset);
      return std::unexpected(base::Error{reading.found_.error->message, "", at.line, at.column});
    }
    return base::fail(reading.found_.count == 0 ? "the text holds no document"
                                                : "the text holds more than one document");
  }

  const Node& root() const { return found_.root; }
  std::string_view text() const { return text_; }

  base::Result<Part> parts() const {
    if (json_) return json_parts(root());
    return parse_yaml_parts(text_);
  }

 private:
  bool read(bool json, const Limits& limits) {
    const Source source("", text_);
    const Span all{0, static_cast<std::uint32_t>(text_.size())};
    found_ = {};
    json_ = json;
    if (json) {
      read_json(source, all, 0, arena_, limits, found_);
    } else {
      read_yaml(source, all, arena_, limits, found_);
    }
    return !found_.error && found_.count == 1;
  }

  std::string_view text_;
  base::Arena arena_;
  OneDocument found_;
  bool json_ = false;
};

// The parts along a path, as far as they exist.
struct Way {
  std::vector<Place> places;  // the root first
  std::size_t steps = 0;
};

// Whether an anchor's name stands behind a * somewhere; a hit within a string only makes an edit be refused.
bool is_aliased(std::string_view text, std::string_view anchor) {
  const std::string alias = "*" + std::string(anchor);
  for (std::size_t at = text.find(alias); at != std::string_view::npos; at = text.find(alias, at + 1)) {
    const std::size_t end = at + alias.size();
    if (end >= text.size() || std::string_view(" \t\r\n,[]{}:").find(text[end]) != std::string_view::npos)
      return true;
  }
  return false;
}

base::Result<Way> walk(std::string_view text, const Part& root, const FieldPath& path) {
  Way way{{{&root, nullptr, 0}}, 0};
  for (std::size_t i = 0;; ++i) {
    const Part& here = *way.places.back().part;
    if (!here.anchor.empty() && is_aliased(text, here.anchor)) {
      return base::fail("the place is shared through the anchor &" + std::string(here.anchor));
    }
    if (i == path.steps().size()) return way;
    if (here.what == Part::What::alias) return base::fail("the place is shared through an alias");
    if (here.tagged && here.is_collection()) return base::fail("the path leads through a collection with a tag");
    const Step& step = path.steps()[i];
    if (step.is_index()) {
      if (here.what != Part::What::sequence || step.index >= here.children.size()) return way;
      way.places.push_back({&here.children[step.index], &here, step.index});
    } else {
      if (here.what != Part::What::mapping) return way;
      std::size_t found = 0;
      for (std::size_t k = 0; k + 1 < here.children.size(); k += 2) {
        const Part& key = here.children[k];
        if (key.what != Part::What::scalar || key.text != step.key) continue;
        if (found != 0) return base::fail("the key \"" + key.text + "\" stands twice in its map");
        found = k + 1;
      }
      if (found == 0) return way;
      if (is_explicit(text, here.children[found - 1]))
        return base::fail("the key is written with an explicit ? mark");
      way.places.push_back({&here.children[found], &here, found});
    }
    ++way.steps;
  }
}

bool is_null(const Part& part) { return part.what == Part::What::scalar && part.kind == Kind::null; }

// Whether a value may be given new lines: it stands in a block map, a block list or nowhere.
bool in_block(const Place& place) { return place.parent == nullptr || !place.parent->is_flow(); }

// Puts a growth into the deepest part of the way that exists.
base::Result<> grow(Draft& draft, const Place& place, const Growth& growth) {
  const Part& part = *place.part;
  const bool wants_list = growth.keys.empty();
  if (is_null(part)) {
    if (place.parent == nullptr && part.content == part.end) return base::fail("the document is empty");
    if (in_block(place) && !draft.layout().json) return fill_block_value(draft, place, growth);
    const std::string text = flow_value(draft, growth, 0, draft.indentation(part.begin));
    return replace_value(draft, place, Literal{Literal::Shape::verbatim, {text}});
  }
  if (part.what != (wants_list ? Part::What::sequence : Part::What::mapping)) {
    if (part.what == Part::What::alias) return base::fail("the place is shared through an alias");
    return base::fail(wants_list ? "the field is no list" : "the path leads through a value that is no map");
  }
  if (part.is_flow()) {
    const bool bare = part.children.empty() && part.end == part.content + 2;
    if (bare && !wants_list && place.key() != nullptr && in_block(place) && !draft.layout().json) {
      return fill_block_value(draft, place, growth);
    }
    return add_to_flow(draft, part, growth);
  }
  return add_to_block(draft, part, growth);
}

base::Result<> make_changes(Draft& draft, const Way& way, const Edit& edit) {
  const auto& steps = edit.path.steps();
  const Place& last = way.places.back();
  const bool found = way.steps == steps.size();
  if (edit.kind == Edit::Kind::remove) {
    if (last.parent->is_flow()) return remove_from_flow(draft, last);
    return remove_from_block(draft, last, way.places[way.places.size() - 2]);
  }
  if (found && edit.kind == Edit::Kind::set) return replace_value(draft, last, edit.value);
  Growth growth{{}, &edit.value, edit.kind == Edit::Kind::append};
  for (std::size_t i = way.steps; i < steps.size(); ++i) {
    if (steps[i].is_index()) return base::fail("the list has no such item");
    growth.keys.push_back(steps[i].key);
  }
  return grow(draft, last, growth);
}

bool keeps_comments(const Draft& before, std::string_view text_before, std::string_view after, const Part& parts) {
  std::vector<std::string_view> now;
  for (const Span& comment : find_comments(after, parts))
    now.push_back(after.substr(comment.begin, comment.end - comment.begin));
  auto old = before.comments_in(0, static_cast<std::uint32_t>(text_before.size()));
  std::sort(old.begin(), old.end());
  std::sort(now.begin(), now.end());
  return std::includes(now.begin(), now.end(), old.begin(), old.end());
}

base::Result<> check_literal(const Edit& edit) {
  if (edit.path.empty()) return base::fail("an edit needs a path");
  for (const std::string& text : edit.value.texts) {
    if (!base::is_utf8(text)) return base::fail("the new value is not UTF-8");
  }
  const bool scalar = edit.value.shape == Literal::Shape::string || edit.value.shape == Literal::Shape::verbatim;
  if (edit.kind != Edit::Kind::remove && scalar && edit.value.texts.size() != 1)
    return base::fail("the new value has no text");
  return {};
}

base::Result<std::string> edit_text(std::string_view text, const Edit& edit, const Limits& limits) {
  const Reading before = TRY(Reading::of(text, limits));
  const Part parts = TRY(before.parts());
  const Way way = TRY(walk(before.text(), parts, edit.path));

  const Located located = locate(before.root(), edit.path);
  if (located.steps > way.steps) return base::fail("the field comes through a merge key and is shared");
  const bool found = located.steps == edit.path.steps().size();
  if (edit.kind == Edit::Kind::set && found && has_value(*located.node, edit.value)) return std::string(text);
  if (edit.kind == Edit::Kind::remove && !found) return base::fail("there is nothing to remove at that place");

  Draft draft(before.text(), parts,
              parts.style == Style::json ? std::vector<Span>{} : find_comments(before.text(), parts));
  TRY(make_changes(draft, way, edit));
  std::string edited = draft.finish();

  const auto after = Reading::of(edited, limits);
  if (!after) return base::fail("the edited text would not parse: " + after.error().message);
  TRY(verify_edit(before.root(), after->root(), edit));
  const Part parts_after = TRY(after->parts());
  if (!keeps_comments(draft, before.text(), after->text(), parts_after))
    return base::fail("the edit would lose a comment");
  return edited;
}

}  // namespace

base::Result<std::string> apply_edit(std::string_view text, const Edit& edit, const Limits& limits) {
  TRY(check_literal(edit));
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (!text.starts_with(mark)) return edit_text(text, edit, limits);
  return std::string(mark) + TRY(edit_text(text.substr(mark.size()), edit, limits));
}

base::Result<std::string> apply_edits(std::string_view text, std::span<const Edit> edits, const Limits& limits) {
  std::string now(text);
  for (const Edit& edit : edits) now = TRY(apply_edit(now, edit, limits));
  return now;
}

}  // namespace bulwark::document
