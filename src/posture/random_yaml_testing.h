// For tests of fixes only.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulwark::posture {

// A value before it is spelled.
struct Plain {
  enum class Kind : std::uint8_t { scalar, map, list };
  Kind kind = Kind::scalar;
  std::string text;  // of a scalar, as YAML
  std::vector<std::pair<std::string, Plain>> members;
  std::vector<Plain> items;

  Plain() = default;
  Plain(std::string scalar) : text(std::move(scalar)) {}                                               // NOLINT
  Plain(const char* scalar) : text(scalar) {}                                                          // NOLINT
  Plain(std::vector<std::pair<std::string, Plain>> map) : kind(Kind::map), members(std::move(map)) {}  // NOLINT

  static Plain list(std::vector<Plain> items) {
    Plain plain;
    plain.kind = Kind::list;
    plain.items = std::move(items);
    return plain;
  }
  void add(std::string key, Plain value) { members.emplace_back(std::move(key), std::move(value)); }
  bool empty() const { return kind != Kind::scalar && members.empty() && items.empty(); }

  // The same for the same values: what anchors go by.
  std::string canonical() const {
    if (kind == Kind::scalar) return text;
    std::string out = kind == Kind::map ? "{" : "[";
    for (const auto& [key, value] : members) out += key + ":" + value.canonical() + ",";
    for (const Plain& item : items) out += item.canonical() + ",";
    return out + "}";
  }
};

// Dice, the same for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  bool once_in(int n) { return std::uniform_int_distribution(1, n)(random_) == 1; }
  int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[static_cast<std::size_t>(number(0, static_cast<int>(choices.size()) - 1))];
  }

 private:
  std::mt19937_64 random_;
};

// Writes documents as people do, and as they rarely do: comments at every place that takes one, each with a
// number; blocks and flows; lists that are indented and that are not; quoted keys; anchors and aliases; CRLF.
class Scribe {
 public:
  explicit Scribe(std::uint64_t seed) : dice_(seed) {}

  // Starts a file with habits of its own.
  void begin() {
    out_.clear();
    comments_ = 0;
    eol_ = dice_.once_in(5) ? "\r\n" : "\n";
    unit_ = static_cast<unsigned>(dice_.once_in(4) ? dice_.number(3, 4) : 2);
    list_unit_ = dice_.once_in(2) ? 0 : unit_;
    comment_every_ = dice_.once_in(3) ? 1'000'000 : dice_.number(4, 30);
    flow_every_ = dice_.number(5, 40);
    quote_every_ = dice_.once_in(4) ? 6 : 1'000'000;
    anchor_every_ = dice_.once_in(4) ? 4 : 1'000'000;
    if (dice_.once_in(4)) line_comment(0);
    if (dice_.once_in(3)) marker();
  }

  void document(const Plain& root) {
    if (!first_) marker();
    first_ = false;
    anchors_.clear();
    map(root, 0, false);
  }

  std::string end() {
    if (dice_.once_in(5)) line_comment(0);
    if (dice_.once_in(8)) out_ += "..." + eol_;
    if (dice_.once_in(6)) out_.resize(out_.size() - eol_.size());
    first_ = true;
    return std::move(out_);
  }

 private:
  bool comment_here() { return dice_.once_in(comment_every_); }
  std::string comment() { return "#~ " + std::to_string(comments_++) + ";"; }
  void line_comment(unsigned indent) { out_ += std::string(indent, ' ') + comment() + eol_; }
  void end_line() {
    if (comment_here()) out_ += std::string(static_cast<std::size_t>(dice_.number(1, 3)), ' ') + comment();
    if (dice_.once_in(60)) out_ += "  ";
    out_ += eol_;
  }
  void between(unsigned indent) {
    if (dice_.once_in(25)) out_ += eol_;
    if (comment_here()) line_comment(dice_.once_in(8) ? 0 : indent);
  }
  void marker() {
    out_ += "---";
    end_line();
  }
  std::string key(const std::string& name) {
    if (!dice_.once_in(quote_every_)) return name;
    return dice_.once_in(2) ? "'" + name + "'" : '"' + name + '"';
  }

  // An alias for a value that has an anchor, or an anchor for it, now and then.
  bool alias(const Plain& value) {
    const auto found = anchors_.find(value.canonical());
    if (found == anchors_.end() || !dice_.once_in(2)) return false;
    out_ += " *" + found->second;
    return true;
  }
  void anchor(const Plain& value) {
    if (!dice_.once_in(anchor_every_) || value.canonical() == "null" || value.empty()) return;
    const std::string name = "a" + std::to_string(anchors_.size());
    if (anchors_.emplace(value.canonical(), name).second) out_ += " &" + name;
  }

  std::string flow(const Plain& value) {
    if (value.kind == Plain::Kind::scalar) return value.text;
    const bool is_map = value.kind == Plain::Kind::map;
    const std::string space = !value.empty() && dice_.once_in(3) ? " " : "";
    std::string out = (is_map ? "{" : "[") + space;
    bool first = true;
    const auto next = [&] {
      if (!first) out += dice_.once_in(12) ? "," : ", ";
      first = false;
    };
    for (const auto& [name, each] : value.members) {
      next();
      out += key(name) + ": " + flow(each);
    }
    for (const Plain& item : value.items) {
      next();
      out += flow(item);
    }
    if (!first && dice_.once_in(15)) out += ",";
    return out + space + (is_map ? "}" : "]");
  }

  // A flow over several lines, with comments among its entries.
  void flow_lines(const Plain& value, unsigned indent) {
    const bool is_map = value.kind == Plain::Kind::map;
    const std::string inner(indent + unit_, ' ');
    out_ += is_map ? " {" : " [";
    end_line();
    const std::size_t count = value.members.size() + value.items.size();
    for (std::size_t i = 0; i < count; ++i) {
      between(indent + unit_);
      out_ += inner;
      out_ += is_map ? key(value.members[i].first) + ": " + flow(value.members[i].second) : flow(value.items[i]);
      if (i + 1 < count || dice_.once_in(3)) out_ += ",";
      end_line();
    }
    out_ += std::string(indent + 1, ' ') + (is_map ? "}" : "]");
    end_line();
  }

  // What follows a key and its colon.
  void value(const Plain& value, unsigned indent) {
    if (alias(value)) return end_line();
    anchor(value);
    if (value.kind == Plain::Kind::scalar) {
      if (value.text != "null" || dice_.once_in(2)) out_ += " " + value.text;
      return end_line();
    }
    if (value.empty() || dice_.once_in(flow_every_)) {
      out_ += " " + flow(value);
      return end_line();
    }
    if (dice_.once_in(flow_every_ * 2)) return flow_lines(value, indent);
    end_line();
    if (value.kind == Plain::Kind::map) return map(value, indent + unit_, false);
    list(value, indent + list_unit_);
  }

  // `inlined`: the first key stands behind a dash that is already written.
  void map(const Plain& value, unsigned indent, bool inlined) {
    bool first = inlined;
    for (const auto& [name, each] : value.members) {
      if (!first) {
        between(indent);
        out_ += std::string(indent, ' ');
      }
      first = false;
      out_ += key(name) + ":";
      this->value(each, indent);
    }
    // Behind the last key, at its column or further out.
    if (comment_here()) line_comment(dice_.once_in(3) ? indent / 2 : indent);
  }

  void list(const Plain& value, unsigned indent) {
    for (const Plain& item : value.items) {
      between(indent);
      out_ += std::string(indent, ' ') + "-";
      if (item.kind == Plain::Kind::scalar || item.empty() || dice_.once_in(flow_every_ * 2)) {
        out_ += " " + flow(item);
        end_line();
      } else if (item.kind == Plain::Kind::map && !dice_.once_in(30)) {
        const auto spaces = static_cast<unsigned>(dice_.once_in(6) ? 3 : 1);
        out_ += std::string(spaces, ' ');
        map(item, indent + 1 + spaces, true);
      } else {
        end_line();
        item.kind == Plain::Kind::map ? map(item, indent + unit_, false) : list(item, indent + unit_);
      }
    }
  }

  Dice dice_;
  std::string out_, eol_ = "\n";
  unsigned unit_ = 2, list_unit_ = 0, comments_ = 0;
  int comment_every_ = 10, flow_every_ = 20, quote_every_ = 1, anchor_every_ = 1;
  bool first_ = true;
  std::map<std::string, std::string> anchors_;  // canonical value to name
};

}  // namespace bulwark::posture
