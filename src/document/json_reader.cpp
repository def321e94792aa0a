// JSON through simdjson's On-Demand interface, which tells where in the text each value stands.
#include <simdjson.h>

#include "document/reader.h"
#include "document/tree_builder.h"

namespace bulwark::document {

namespace {

namespace ondemand = simdjson::ondemand;

class JsonReader {
 public:
  JsonReader(const Source& source, base::Arena& arena, const Limits& limits)
      : text_(source.text()), arena_(arena), builder_(arena, limits) {}

  TreeBuilder& builder() { return builder_; }
  const std::string& wrong() const { return wrong_; }
  std::uint32_t at() const { return at_; }

  template <class Value>
  bool value(Value&& v) {
    ondemand::json_type type{};
    if (!take(v.type(), type)) return false;
    std::string_view token;
    if (!raw_token(v, token)) return false;
    const std::uint32_t begin = offset(token.data());
    at_ = begin;
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        return take(v.get_object(), object) && mapping(object, begin);
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        return take(v.get_array(), array) && sequence(array, begin);
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (!take(v.get_string(), text)) return false;
        return string(text, begin);
      }
      case ondemand::json_type::boolean: {
        bool ignored = false;
        return take(v.get_bool(), ignored) && scalar(Kind::boolean, token);
      }
      case ondemand::json_type::number:
        return number(v, token);
      case ondemand::json_type::null:
        if (!v.is_null()) return stop("not JSON: expected null");
        return scalar(Kind::null, token);
    }
    return stop("not JSON");
  }

 private:
  std::uint32_t offset(const char* p) const { return static_cast<std::uint32_t>(p - text_.data()); }

  bool stop(std::string_view message) {
    if (wrong_.empty()) wrong_ = message;
    return false;
  }

  bool built(std::string_view message) { return message.empty() || stop(message); }

  template <class T, class R>
  bool take(R&& result, T& out) {
    const simdjson::error_code error = std::forward<R>(result).get(out);
    return error == simdjson::SUCCESS || stop(std::string("not JSON: ") + simdjson::error_message(error));
  }

  bool raw_token(ondemand::value& v, std::string_view& token) {
    token = v.raw_json_token();
    return true;
  }
  bool raw_token(ondemand::document& v, std::string_view& token) { return take(v.raw_json_token(), token); }

  static std::string_view trimmed(std::string_view token) {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
    return token;
  }

  bool scalar(Kind kind, std::string_view token) {
    token = trimmed(token);
    const std::uint32_t begin = offset(token.data());
    const Span span{begin, begin + static_cast<std::uint32_t>(token.size())};
    return built(builder_.scalar(kind, Style::json, kind == Kind::null ? std::string_view{} : token, span));
  }

  template <class Value>
  bool number(Value& v, std::string_view token) {
    ondemand::number parsed;
    const simdjson::error_code error = v.get_number().get(parsed);
    token = trimmed(token);
    // Whole numbers beyond 64 bits are valid JSON; Go reads them as float64.
    if (error != simdjson::SUCCESS) {
      const std::string_view digits = token.starts_with('-') ? token.substr(1) : token;
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return stop("not JSON: bad number");
      return scalar(Kind::real, token);
    }
    return scalar(parsed.is_double() ? Kind::real : Kind::integer, token);
  }

  // A string whose opening quote stands at `begin`: a view into the source where nothing is escaped.
  bool string(std::string_view text, std::uint32_t begin) {
    const std::size_t from = begin + 1UL;
    const std::size_t length = text.size();
    if (text_.compare(from, length, text) == 0 && from + length < text_.size() && text_[from + length] == '"') {
      const Span span{begin, static_cast<std::uint32_t>(from + length + 1)};
      return built(builder_.scalar(Kind::string, Style::json, text_.substr(from, length), span));
    }
    std::size_t end = from;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    const Span span{begin, static_cast<std::uint32_t>(std::min(end + 1, text_.size()))};
    return built(builder_.scalar(Kind::string, Style::json, arena_.copy(text), span));
  }

  std::uint32_t closing(std::uint32_t from) const {
    while (from < text_.size() && text_[from] != '}' && text_[from] != ']') ++from;
    return static_cast<std::uint32_t>(std::min<std::size_t>(from + 1UL, text_.size()));
  }

  bool mapping(ondemand::object& object, std::uint32_t begin) {
    if (!built(builder_.begin(Kind::mapping, Style::json, begin))) return false;
    for (auto each : object) {
      ondemand::field field;
      if (!take(std::move(each), field)) return false;
      const std::uint32_t key_begin = offset(field.key().raw()) - 1;
      at_ = key_begin;
      std::string_view key;
      if (!take(field.unescaped_key(), key) || !string(key, key_begin)) return false;
      ondemand::value member = field.value();
      if (!value(member)) return false;
    }
    return built(builder_.end(closing(builder_.last_end(begin + 1))));
  }

  bool sequence(ondemand::array& array, std::uint32_t begin) {
    if (!built(builder_.begin(Kind::sequence, Style::json, begin))) return false;
    for (auto each : array) {
      ondemand::value item;
      if (!take(std::move(each), item) || !value(item)) return false;
    }
    return built(builder_.end(closing(builder_.last_end(begin + 1))));
  }

  std::string_view text_;
  base::Arena& arena_;
  TreeBuilder builder_;
  std::string wrong_;
  std::uint32_t at_ = 0;
};

}  // namespace

void read_json(const Source& source, Span span, std::size_t padding, base::Arena& arena, const Limits& limits,
               DocumentSink& sink) {
  arena.reset();
  const std::string_view text = source.text(span);
  const std::size_t readable = source.text().size() - span.begin + padding;
  thread_local ondemand::parser parser;
  JsonReader reader(source, arena, limits);
  reader.builder().start_document();

  ondemand::document document;
  // simdjson reads up to SIMDJSON_PADDING bytes past the end.
  if (readable < text.size() + simdjson::SIMDJSON_PADDING) {
    sink.on_problem(
        {Problem::Severity::error, span.begin, "this source lacks the padding that the JSON reader needs"});
    return;
  }
  const auto error = parser.iterate(text.data(), text.size(), readable).get(document);
  if (error != simdjson::SUCCESS) {
    sink.on_problem(
        {Problem::Severity::error, span.begin, std::string("not JSON: ") + simdjson::error_message(error)});
    return;
  }
  if (!reader.value(document)) {
    sink.on_problem({Problem::Severity::error, std::max(reader.at(), span.begin), reader.wrong()});
    return;
  }
  const std::uint32_t end = reader.builder().root().end();
  const std::size_t more = source.text({end, span.end}).find_first_not_of(" \t\r\n");
  if (more != std::string_view::npos) {
    sink.on_problem({Problem::Severity::error, end + static_cast<std::uint32_t>(more),
                     "not JSON: text after the end of the value"});
    return;
  }
  for (const auto& [at, key] : reader.builder().duplicates()) {
    sink.on_problem({Problem::Severity::warning, at,
                     "the key \"" + std::string(key) + "\" stands twice in this map; the last one counts"});
  }
  sink.on_document(reader.builder().root());
}

}  // namespace bulwark::document
