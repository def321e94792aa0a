// Properties of edits on thousands of random documents: comments, line ends and all other fields stay; a second
// time changes nothing; and no text that is written in an ordinary way is refused for its layout.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "document/edit.h"

namespace bulwark::document {
namespace {

// Documents as people write them: each comment has a number of its own.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool one_in(unsigned n) { return below(n) == 0; }

  std::string yaml() {
    comments_ = 0;
    eol_ = one_in(4) ? "\r\n" : "\n";
    unit_ = one_in(3) ? 4 : 2;
    list_unit_ = one_in(2) ? 0 : unit_;
    std::string out;
    if (one_in(5)) out += "#~ head" + number() + eol_;
    if (one_in(5)) out += "---" + eol_;
    block_map(out, 0, 3, false);
    if (one_in(6)) out += "#~ tail" + number() + eol_;
    if (one_in(8)) out.resize(out.size() - eol_.size());
    return out;
  }

  std::string json() {
    eol_ = one_in(5) ? "\r\n" : "\n";
    lines_ = one_in(2);
    spaced_ = lines_ || one_in(2);
    std::string out;
    json_map(out, "", 3);
    return out + (one_in(2) ? eol_ : "");
  }

  // A way that mostly exists: into each map by a short key, into each list by an index.
  FieldPath path() {
    FieldPath path(key());
    for (unsigned more = below(4); more > 0; --more) {
      path = one_in(4) ? std::move(path) / std::size_t{below(3)} : std::move(path) / key();
    }
    return path;
  }

  Literal literal() {
    switch (below(6)) {
      case 0:
        return Literal::boolean(one_in(2));
      case 1:
        return Literal::integer(below(1000));
      case 2:
        return Literal::string("RuntimeDefault");
      case 3:
        return Literal::string("no # comment: \"at\" all\n");
      case 4:
        return Literal::strings({"ALL", "x y", "on"});
      default:
        return {Literal::Shape::empty_mapping, {}};
    }
  }

 private:
  static constexpr std::string_view keys = "abcdef";
  std::string_view key() { return keys.substr(below(6), 1); }
  std::string number() { return std::to_string(comments_++) + ";"; }

  void end_line(std::string& out) {
    if (one_in(5)) out += std::string(1 + below(3), ' ') + "#~ at the end " + number();
    if (one_in(20)) out += "  ";
    out += eol_;
  }
  void between(std::string& out, unsigned indent) {
    if (one_in(8)) out += eol_;
    if (one_in(6)) out += std::string(indent, ' ') + "#~ line " + number() + eol_;
  }

  std::string scalar() {
    static constexpr const char* all[] = {"1",
                                          "true",
                                          "text",
                                          "\"quo#ted\"",
                                          "'single # x'",
                                          "a#b",
                                          "null",
                                          "~",
                                          "'it''s'",
                                          "\"\\n\\\"\"",
                                          "0644",
                                          "two words",
                                          "x:y",
                                          "caf\xC3\xA9",
                                          "\"\"",
                                          "\"\xE6\x97\xA5 # \xE6\x9C\xAC\""};
    return all[below(std::size(all))];
  }

  std::string flow(unsigned depth) {
    if (depth == 0 || one_in(3)) return scalar();
    const bool map = one_in(2);
    std::string out = map ? "{" : "[";
    const unsigned count = below(4);
    const bool padded = one_in(2);
    if (padded && count > 0) out += ' ';
    for (unsigned i = 0; i < count; ++i) {
      if (i > 0) out += ", ";
      if (map) out += std::string(keys.substr(i, 1)) + ": ";
      out += flow(depth - 1);
    }
    if (count > 0 && one_in(8)) out += ',';
    if (padded && count > 0) out += ' ';
    return out + (map ? "}" : "]");
  }

  // A flow list with a line for each item, and comments among them.
  void flow_lines(std::string& out, unsigned indent) {
    const bool map = one_in(2);
    out += map ? " {" : " [";
    end_line(out);
    const unsigned count = 1 + below(3);
    for (unsigned i = 0; i < count; ++i) {
      between(out, indent + unit_);
      out += std::string(indent + unit_, ' ') + (map ? std::string(keys.substr(i, 1)) + ": " : "") + flow(1);
      if (i + 1 < count || one_in(4)) out += ',';
      end_line(out);
    }
    out += std::string(indent + (indent == 0 ? 1 : 0), ' ') + (map ? "}" : "]");
    end_line(out);
  }

  void block_scalar(std::string& out, unsigned indent) {
    static constexpr const char* headers[] = {"|", "|-", ">", "|+", ">-"};
    out += std::string(" ") + headers[below(std::size(headers))];
    end_line(out);
    for (unsigned i = 0; i <= below(3); ++i) {
      out += std::string(indent + unit_, ' ') + "literal # no comment" + eol_;
      if (one_in(6)) out += eol_;
    }
    if (one_in(4)) out += eol_;
  }

  // `first_inline`: the first key stands behind a dash that is already written.
  void block_map(std::string& out, unsigned indent, unsigned depth, bool first_inline) {
    const unsigned first = below(3), count = 1 + below(4);
    for (unsigned i = first; i < first + count; ++i) {
      if (!first_inline || i > first) {
        between(out, indent);
        out += std::string(indent, ' ');
      }
      out += keys.substr(i, 1);
      out += ':';
      value(out, indent, depth);
    }
  }

  void block_list(std::string& out, unsigned indent, unsigned depth) {
    for (unsigned count = 1 + below(3); count > 0; --count) {
      between(out, indent);
      out += std::string(indent, ' ') + "-";
      const unsigned kind = below(depth == 0 ? 3 : 6);
      if (kind == 0) {
        end_line(out);
      } else if (kind < 3) {
        out += " " + flow(1);
        end_line(out);
      } else if (kind == 3) {
        block_scalar(out, indent);
      } else {
        out += ' ';
        block_map(out, indent + 2, depth - 1, true);
      }
    }
  }

  void value(std::string& out, unsigned indent, unsigned depth) {
    switch (below(depth == 0 ? 6 : 10)) {
      case 0:
      case 1:
        out += " " + scalar();
        end_line(out);
        return;
      case 2:
        out += " " + flow(2);
        end_line(out);
        return;
      case 3:
        end_line(out);
        return;  // nothing: null
      case 4:
        block_scalar(out, indent);
        return;
      case 5:
        flow_lines(out, indent);
        return;
      case 6:
      case 7:
        end_line(out);
        block_list(out, indent + list_unit_, depth - 1);
        return;
      default:
        end_line(out);
        block_map(out, indent + unit_, depth - 1, false);
    }
  }

  void json_value(std::string& out, const std::string& indent, unsigned depth) {
    static constexpr const char* all[] = {"1",     "true", "null", "\"text\"", "\"a \\\" b\"", "\"\\u00e9\\/\"",
                                          "-1.5e3"};
    if (depth == 0 || one_in(2)) {
      out += all[below(std::size(all))];
    } else if (one_in(2)) {
      json_map(out, indent, depth - 1);
    } else {
      json_collection(out, indent, '[', ']',
                      [&](unsigned, const std::string& inner) { json_value(out, inner, depth - 1); });
    }
  }
  void json_map(std::string& out, const std::string& indent, unsigned depth) {
    json_collection(out, indent, '{', '}', [&](unsigned i, const std::string& inner) {
      out += "\"" + std::string(keys.substr(i, 1)) + "\":" + (spaced_ ? " " : "");
      json_value(out, inner, depth);
    });
  }
  template <class Entry>
  void json_collection(std::string& out, const std::string& indent, char open, char close, Entry entry) {
    const unsigned count = below(4);
    const std::string inner = indent + "  ";
    out += open;
    for (unsigned i = 0; i < count; ++i) {
      if (i > 0) out += spaced_ && !lines_ ? ", " : ",";
      if (lines_) out += eol_ + inner;
      entry(i, inner);
    }
    if (lines_ && count > 0) out += eol_ + indent;
    out += close;
  }

  std::mt19937 random_;
  std::string eol_ = "\n";
  unsigned unit_ = 2, list_unit_ = 0, comments_ = 0;
  bool lines_ = false, spaced_ = false;
};

// Every scalar (and empty collection) of a document by its path.
class Flattened : public DocumentSink {
 public:
  Flattened(const std::string& text, bool json) {
    constexpr std::size_t padding = 64;
    const std::string padded = text + std::string(padding, '\0');
    const Source source("", std::string_view(padded).substr(0, text.size()));
    const Span all{0, static_cast<std::uint32_t>(text.size())};
    base::Arena arena;
    if (json) {
      read_json(source, all, padding, arena, {}, *this);
    } else {
      read_yaml(source, all, arena, {}, *this);
    }
  }
  void on_document(const Node& root) override { add("", root); }
  void on_problem(Problem problem) override { ADD_FAILURE() << problem.message; }

  std::map<std::string, std::string> fields;

 private:
  void add(const std::string& path, const Node& node) {
    fields[path] = std::string(describe(node.kind())) + ' ' + std::string(node.text());
    for (std::size_t i = 0; i < node.items().size(); ++i)
      add(path + '[' + std::to_string(i) + ']', node.items()[i]);
    for (const Member& member : node.members()) add(path + '.' + std::string(member.key.text()), member.value);
  }
};

std::string flat(const FieldPath& path, std::size_t steps) {
  std::string out;
  for (std::size_t i = 0; i < steps; ++i) {
    const Step& step = path.steps()[i];
    out += step.is_index() ? '[' + std::to_string(step.index) + ']' : '.' + std::string(step.key);
  }
  return out;
}

// Fields that are neither the edit's own nor maps on its way (which may come from null, or be made).
std::map<std::string, std::string> others(const std::string& text, const Edit& edit, bool json) {
  auto fields = Flattened(text, json).fields;
  const auto& steps = edit.path.steps();
  const std::string own = flat(edit.path, steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) fields.erase(flat(edit.path, i));
  std::erase_if(fields, [&](const auto& field) {
    return field.first == own || field.first.starts_with(own + '.') || field.first.starts_with(own + '[');
  });
  // The items behind one that goes away move up.
  if (edit.kind == Edit::Kind::remove && steps.back().is_index()) {
    const std::string list = flat(edit.path, steps.size() - 1) + '[';
    std::erase_if(fields, [&](const auto& field) { return field.first.starts_with(list); });
  }
  return fields;
}

std::vector<std::string> comments(const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find("#~ "); at != std::string::npos; at = text.find("#~ ", at + 1)) {
    const std::size_t end = text.find_first_of(";\n", at);
    if (end != std::string::npos && text[end] == ';') found.push_back(text.substr(at, end - at));
  }
  std::sort(found.begin(), found.end());
  return found;
}

void check(const std::string& before, const Edit& edit, int& made, bool json = false) {
  const auto after = apply_edit(before, edit);
  if (!after) {
    static constexpr std::string_view allowed[] = {"there is nothing to remove at that place",
                                                   "the path leads through a value that is no map",
                                                   "the list has no such item", "the field is no list"};
    EXPECT_NE(std::find(std::begin(allowed), std::end(allowed), after.error().message), std::end(allowed))
        << after.error().message << ": kind " << static_cast<int>(edit.kind) << " at " << edit.path.text()
        << " in\n"
        << before;
    return;
  }
  ++made;
  const std::string what = "kind " + std::to_string(static_cast<int>(edit.kind)) + " at " + edit.path.text() +
                           " of\n" + before + "\ngave\n" + *after;
  EXPECT_EQ(others(before, edit, json), others(*after, edit, json)) << what;
  EXPECT_EQ(comments(before), comments(*after)) << what;
  if (edit.kind == Edit::Kind::set) {
    const auto again = apply_edit(*after, edit);
    EXPECT_EQ(again ? *again : again.error().message, *after) << what;
  }
  const std::size_t first = before.find('\n');
  if (first == std::string::npos) return;
  const bool crlf = first > 0 && before[first - 1] == '\r';
  for (std::size_t at = after->find('\n'); at != std::string::npos; at = after->find('\n', at + 1)) {
    ASSERT_EQ(at > 0 && (*after)[at - 1] == '\r', crlf) << "another line end: " << what;
  }
}

Edit random_edit(Generator& random) {
  Edit edit{Edit::Kind::set, random.path(), random.literal()};
  if (random.one_in(3)) edit = {Edit::Kind::remove, edit.path, {}};
  if (random.one_in(4)) edit = {Edit::Kind::append, edit.path, Literal::string("item")};
  return edit;
}

TEST(EditProperty, Yaml) {
  Generator random(7);
  int made = 0;
  for (int i = 0; i < 8000 && !HasFailure(); ++i) {
    const std::string text = random.yaml();
    check(text, random_edit(random), made);
  }
  EXPECT_GT(made, 3000);
}

TEST(EditProperty, Json) {
  Generator random(8);
  int made = 0;
  for (int i = 0; i < 4000 && !HasFailure(); ++i) {
    const std::string text = random.json();
    check(text, random_edit(random), made, true);
  }
  EXPECT_GT(made, 1500);
}

TEST(EditProperty, SeveralInTurn) {
  Generator random(9);
  int made = 0;
  for (int i = 0; i < 1500 && !HasFailure(); ++i) {
    std::string text = random.yaml();
    for (int k = 0; k < 4; ++k) {
      const Edit edit = random_edit(random);
      check(text, edit, made);
      if (const auto after = apply_edit(text, edit)) text = *after;
    }
  }
  EXPECT_GT(made, 1500);
}

}  // namespace
}  // namespace bulwark::document
