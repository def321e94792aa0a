#include "document/json_value.h"

#include <algorithm>
#include <charconv>

#include "base/arena.h"
#include "document/json_writer.h"
#include "document/reader.h"

namespace bulwark::document {

namespace {

struct OneDocument : DocumentSink {
  void on_document(const Node& node) override {
    ++documents;
    json = Json::of(node);
  }
  void on_problem(Problem problem) override {
    if (problem.severity == Problem::Severity::error && !wrong) wrong = std::move(problem);
  }

  Json json;
  std::size_t documents = 0;
  std::optional<Problem> wrong;
};

base::Result<Json> result_of(OneDocument& sink, const Source& source) {
  if (!sink.wrong) return std::move(sink.json);
  const Position at = source.position(sink.wrong->offset);
  return std::unexpected(
      base::Error{.message = sink.wrong->message, .file = {}, .line = at.line, .column = at.column});
}

// Of numbers, which may be written in many ways.
bool same_number(const std::string& a, const std::string& b) {
  if (a == b) return true;
  double x = 0, y = 0;
  const auto read_x = std::from_chars(a.data(), a.data() + a.size(), x);
  const auto read_y = std::from_chars(b.data(), b.data() + b.size(), y);
  // Whole numbers past 2^53 are the same only digit by digit.
  return read_x.ec == std::errc() && read_y.ec == std::errc() && x == y && x < 9e15 && x > -9e15;
}

}  // namespace

// Here, and not in the header, for there JsonMember is not complete.
JsonMembers::JsonMembers() = default;
JsonMembers::JsonMembers(JsonMembers&& other) noexcept = default;
JsonMembers& JsonMembers::operator=(JsonMembers&& other) noexcept = default;
JsonMembers::~JsonMembers() = default;

JsonMembers::JsonMembers(std::vector<JsonMember> members) {
  reserve(members.size());
  for (JsonMember& member : members) push_back(std::move(member));
}

JsonMembers::JsonMembers(const JsonMembers& other) {
  reserve(other.size());
  for (const JsonMember& member : other) push_back(member);
}

JsonMembers& JsonMembers::operator=(const JsonMembers& other) {
  // What is copied may be part of what goes.
  if (this != &other) *this = JsonMembers(other);
  return *this;
}

void JsonMembers::reserve(std::size_t count) { items_.reserve(count); }

JsonMember& JsonMembers::push_back(JsonMember member) {
  return *items_.emplace_back(std::make_unique<JsonMember>(std::move(member)));
}

void JsonMembers::insert(std::size_t place, JsonMember member) {
  items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(place),
                std::make_unique<JsonMember>(std::move(member)));
}

void JsonMembers::erase(std::size_t place) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(place)); }

Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;
Json::Json(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

Json Json::of(const Node& node) {
  switch (node.kind()) {
    case document::Kind::null:
      return {};
    case document::Kind::boolean:
      return boolean(node.boolean().value_or(false));
    case document::Kind::integer:
    case document::Kind::real: {
      if (node.style() == Style::json) return Json(Kind::number, std::string(node.text()));
      std::string text = number_text(node.kind(), node.text());
      return text.empty() ? Json() : Json(Kind::number, std::move(text));
    }
    case document::Kind::string:
      return string(node.text());
    case document::Kind::sequence: {
      Json json = array();
      json.members_.reserve(node.items().size());
      for (const Node& item : node.items()) json.push_back(of(item));
      return json;
    }
    case document::Kind::mapping: {
      Json json = object();
      json.members_.reserve(node.members().size());
      for (const auto& [key, value] : node.members()) {
        if (node.has_duplicates() && node.find(key.text()) != &value) continue;
        std::string name = key.style() == Style::json || key.is_string() ? std::string(key.text())
                                                                         : key_text(key.kind(), key.text());
        json.members_.push_back({std::move(name), of(value)});
      }
      return json;
    }
  }
  return {};
}

base::Result<Json> Json::parse(std::string_view text) {
  const Source source("", text);
  base::Arena arena;
  OneDocument sink;
  read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, {}, sink);
  return result_of(sink, source);
}

base::Result<Json> Json::parse_yaml(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
    if (auto json = parse(text)) return json;  // else YAML's flow style
  }
  const Source source("", text);
  base::Arena arena;
  OneDocument sink;
  read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, {}, sink);
  if (sink.documents > 1) return base::fail("more than one document");
  return result_of(sink, source);
}

std::optional<std::int64_t> Json::integer() const {
  if (kind_ != Kind::number) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (error != std::errc() || end != text_.data() + text_.size()) return std::nullopt;
  return value;
}

bool Json::empty() const { return members_.empty() && (is_null() || is_object() || is_array()); }

std::size_t Json::size() const { return members_.size(); }

const Json* Json::find(std::string_view key) const {
  if (kind_ != Kind::object) return nullptr;
  for (const JsonMember& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

const Json* Json::at(std::initializer_list<std::string_view> path) const {
  const Json* json = this;
  for (const std::string_view key : path) {
    json = json->find(key);
    if (json == nullptr) return nullptr;
  }
  return json;
}

std::string_view Json::text_at(std::initializer_list<std::string_view> path) const {
  const Json* json = at(path);
  return json == nullptr ? std::string_view() : std::string_view(json->text_);
}

Json& Json::operator[](std::string_view key) {
  if (kind_ != Kind::object) *this = object();
  if (Json* found = find(key)) return *found;
  return members_.push_back({std::string(key), {}}).value;
}

bool Json::erase(std::string_view key) {
  if (kind_ != Kind::object) return false;
  return members_.erase_if([&](const JsonMember& member) { return member.key == key; }) > 0;
}

Json& Json::push_back(Json item) {
  if (kind_ != Kind::array) *this = array();
  return members_.push_back({{}, std::move(item)}).value;
}

void Json::append_to(std::string& out) const {
  switch (kind_) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
    case Kind::number:
      out += text_;
      return;
    case Kind::string:
      append_json_string(out, text_);
      return;
    case Kind::array:
    case Kind::object:
      break;
  }
  out += kind_ == Kind::array ? '[' : '{';
  bool first = true;
  for (const JsonMember& member : members_) {
    if (!first) out += ',';
    first = false;
    if (kind_ == Kind::object) {
      append_json_string(out, member.key);
      out += ':';
    }
    member.value.append_to(out);
  }
  out += kind_ == Kind::array ? ']' : '}';
}

std::string Json::write() const {
  std::string out;
  append_to(out);
  return out;
}

bool operator==(const Json& a, const Json& b) {
  if (a.kind_ != b.kind_) return false;
  if (a.kind_ == Json::Kind::number) return same_number(a.text_, b.text_);
  if (a.kind_ == Json::Kind::array) {
    return std::equal(a.members_.begin(), a.members_.end(), b.members_.begin(), b.members_.end(),
                      [](const JsonMember& x, const JsonMember& y) { return x.value == y.value; });
  }
  if (a.kind_ == Json::Kind::object) {
    return a.members_.size() == b.members_.size() &&
           std::all_of(a.members_.begin(), a.members_.end(), [&](const JsonMember& member) {
             const Json* other = b.find(member.key);
             return other != nullptr && *other == member.value;
           });
  }
  return a.text_ == b.text_;
}

}  // namespace bulwark::document
