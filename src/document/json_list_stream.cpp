#include "document/json_list_stream.h"

#include <algorithm>

#include "document/json_scan.h"

namespace bulwark::document {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool ends_scalar(char c) {
  return is_blank(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == '{' || c == '[';
}

}  // namespace

bool JsonListStream::stop(std::string message) {
  problem_ = Problem{here_, "not JSON: " + std::move(message)};
  state_ = At::over;
  return false;
}

void JsonListStream::begin_value(At next) {
  state_ = next;
  partial_.clear();
  depth_ = 0;
  in_string_ = escaped_ = any_byte_ = false;
}

bool JsonListStream::take_value(std::string_view piece, std::size_t& at) {
  if (!any_byte_) {
    const char first = piece[at];
    form_ = first == '"' ? Form::string : first == '{' || first == '[' ? Form::collection : Form::scalar;
    if (form_ == Form::scalar && ends_scalar(first)) return true;  // no value at all
    if (form_ == Form::collection) {
      // Most items lie whole within the piece: at once to the end.
      const std::size_t end = JsonScan(piece).skip_collection(at);
      if (end != JsonScan::npos) {
        at = end;
        return true;
      }
    }
  }
  for (; at < piece.size(); ++at) {
    const char c = piece[at];
    if (form_ == Form::scalar && ends_scalar(c)) return true;
    any_byte_ = true;
    if (form_ == Form::scalar) continue;
    // As JsonScan does, a backslash hides a quote outside of strings, too; only broken JSON has one there.
    const bool quote = c == '"' && !escaped_;
    escaped_ = c == '\\' && !escaped_;
    if (quote) {
      in_string_ = !in_string_;
    } else if (!in_string_ && (c == '{' || c == '[')) {
      ++depth_;
    } else if (!in_string_ && (c == '}' || c == ']')) {
      --depth_;
    }
    if (!in_string_ && depth_ == 0) {
      ++at;
      return true;
    }
  }
  return false;
}

bool JsonListStream::end_of_member(std::string_view value) {
  envelope_bytes_ += key_.size() + value.size();
  if (envelope_bytes_ > bounds_.envelope) return stop("the list has too much besides its items");
  if (key_ == "items") return stop("the items are no list");
  // As split_json_list judges: a kind that does not end in List is no List.
  if (key_ == "kind" && value.size() >= 2 && value.front() == '"') {
    kind_fits_ = value.substr(0, value.size() - 1).ends_with("List");
    if (!kind_fits_) return stop("its kind is no List");
  }
  envelope_.push_back({std::move(key_), std::string(value)});
  state_ = At::member_end;
  return true;
}

bool JsonListStream::end_of_value(std::string_view piece, std::size_t begin, std::size_t end,
                                  const OnItem& on_item) {
  std::string_view value = piece.substr(begin, end - begin);
  if (!partial_.empty()) {
    partial_ += value;
    value = partial_;
  }
  if (value.empty()) return stop("a value is missing");
  if (state_ == At::in_key) {
    key_ = value.substr(1, value.size() - 2);
    if (key_.find('\\') != std::string::npos) return stop("a key of the list is in escapes");
    state_ = At::colon;
    return true;
  }
  if (state_ == At::in_value) return end_of_member(value);
  state_ = At::item_end;
  if (value.size() > bounds_.item) return stop("an item is too large");
  ++items_;
  if (on_item(value)) return true;
  state_ = At::over;
  return false;
}

bool JsonListStream::step(std::string_view piece, std::size_t& at, const OnItem& on_item) {
  here_ = before_ + at;
  if (state_ == At::in_key || state_ == At::in_value || state_ == At::in_item) {
    const std::size_t begin = at;
    if (take_value(piece, at)) return end_of_value(piece, begin, at, on_item);
    partial_ += piece.substr(begin);
    if (partial_.size() > std::max(bounds_.item, bounds_.envelope)) return stop("a value is too large");
    return true;
  }
  const char c = piece[at];
  if (is_blank(c)) {
    ++at;
    return true;
  }
  switch (state_) {
    case At::start:
      if (c != '{') return stop("no object begins here");
      state_ = At::first_key;
      break;
    case At::first_key:
    case At::key:
      if (c == '}' && state_ == At::first_key) {
        state_ = At::behind;
        break;
      }
      if (c != '"') return stop("a key in quotes is missing");
      begin_value(At::in_key);
      return true;
    case At::colon:
      if (c != ':') return stop("a colon is missing");
      state_ = At::value;
      break;
    case At::value:
      if (key_ != "items" || c != '[') {
        begin_value(At::in_value);
        return true;
      }
      if (has_items_) return stop("there are two members named items");
      has_items_ = true;
      state_ = At::first_item;
      break;
    case At::member_end:
      if (c != ',' && c != '}') return stop("a comma or closing brace is missing");
      state_ = c == ',' ? At::key : At::behind;
      break;
    case At::first_item:
    case At::item:
      if (c == ']' && state_ == At::first_item) {
        state_ = At::member_end;
        break;
      }
      begin_value(At::in_item);
      return true;
    case At::item_end:
      if (c != ',' && c != ']') return stop("a comma or closing bracket is missing");
      state_ = c == ',' ? At::item : At::member_end;
      break;
    case At::behind:
      return stop("text after the end of the value");
    default:
      return false;
  }
  ++at;
  return true;
}

bool JsonListStream::feed(std::string_view piece, const OnItem& on_item) {
  for (std::size_t at = 0; at < piece.size();) {
    if (state_ == At::over || !step(piece, at, on_item)) return false;
  }
  before_ += piece.size();
  return state_ != At::over;
}

bool JsonListStream::finish() {
  if (problem_) return false;
  if (state_ == At::over) return true;
  here_ = before_;
  if (state_ != At::behind) return stop("the text ends too early");
  return has_items_ || stop("it has no items");
}

std::string_view JsonListStream::member(std::string_view key) const {
  for (auto member = envelope_.rbegin(); member != envelope_.rend(); ++member) {
    if (member->key == key) return member->value;
  }
  return {};
}

}  // namespace bulwark::document
