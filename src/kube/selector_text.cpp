// The string form of label selectors: the lexer and the parser of `kubectl -l`, token for token as upstream's.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "kube/names.h"
#include "kube/selector.h"

namespace bulwark::kube {

namespace {

enum class Token : std::uint8_t { end, word, symbol, bad };

struct Lexeme {
  Token token = Token::end;
  std::string_view text;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_special(char c) { return std::string_view("=!(),><").find(c) != std::string_view::npos; }

class Parser {
 public:
  Parser(std::string_view text, base::Arena& arena) : text_(text), arena_(arena) { advance(); }

  base::Result<LabelSelector> parse() {
    std::vector<Requirement> requirements;
    while (now_.token != Token::end) {
      if (now_.token != Token::word && !is("!")) return unexpected("!, identifier, or 'end of string'");
      requirements.push_back(TRY(requirement()));
      if (now_.token == Token::end) break;
      if (!is(",")) return unexpected("',' or 'end of string'");
      advance();
      if (now_.token != Token::word && !is("!")) return unexpected("identifier after ','");
    }
    // Of one key as they stand in the text; the keys are views into it.
    std::ranges::sort(requirements, {}, [](const Requirement& r) { return std::pair(r.key, r.key.data()); });
    return LabelSelector{.match_labels = {},
                         .match_expressions = arena_.copy(std::span<const Requirement>(requirements))};
  }

 private:
  base::Result<Requirement> requirement() {
    const bool absent = is("!");
    if (absent) advance();
    if (now_.token != Token::word) return unexpected("identifier");
    const std::string_view key = now_.text;
    if (!is_label_key(key)) {
      return wrong(fmt::format("\"{}\": {}", key, fmt::join(label_key_problems(key), "; ")));
    }
    advance();
    // A word or an operator after "!key" is for the caller to refuse, as upstream.
    if (absent) return Requirement{key, SelectorOperator::does_not_exist, {}};
    if (now_.token == Token::end || is(",")) return Requirement{key, SelectorOperator::exists, {}};

    Requirement out{key, SelectorOperator::unknown, {}};
    std::vector<std::string_view> values;
    if (is("=") || is("==")) out.op = SelectorOperator::in;
    if (is("!=")) out.op = SelectorOperator::not_in;
    if (is(">")) out.op = SelectorOperator::greater_than;
    if (is("<")) out.op = SelectorOperator::less_than;
    const bool one = out.op != SelectorOperator::unknown;
    if (now_.token == Token::word && now_.text == "in") out.op = SelectorOperator::in;
    if (now_.token == Token::word && now_.text == "notin") out.op = SelectorOperator::not_in;
    if (out.op == SelectorOperator::unknown) return unexpected("in, notin, =, ==, !=, gt, lt");
    advance();
    if (one) {
      TRY(one_value(values));
    } else {
      TRY(value_set(values));
    }
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    for (const std::string_view value : values) TRY(check(out, value));
    out.values = arena_.copy(std::span<const std::string_view>(values));
    return out;
  }

  base::Result<> check(const Requirement& requirement, std::string_view value) {
    if (requirement.op == SelectorOperator::greater_than || requirement.op == SelectorOperator::less_than) {
      std::int64_t number = 0;
      // A label value has no "+", so from_chars reads what strconv.ParseInt reads.
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
        return wrong(fmt::format("\"{}\": for 'Gt', 'Lt' operators, the value must be an integer", value));
      }
    }
    if (is_label_value(value)) return {};
    return wrong(fmt::format("\"{}\": {}", value, fmt::join(label_value_problems(value), "; ")));
  }

  base::Result<> one_value(std::vector<std::string_view>& values) {
    if (now_.token == Token::end || is(",")) {
      values.emplace_back("");
      return {};
    }
    if (now_.token != Token::word) return unexpected("identifier");
    values.push_back(now_.text);
    advance();
    return {};
  }

  // "(x,y)"; nothing before, between or after commas is the empty value.
  base::Result<> value_set(std::vector<std::string_view>& values) {
    if (!is("(")) return unexpected("'('");
    advance();
    if (is(")"))
      values.emplace_back("");
    else if (now_.token != Token::word && !is(","))
      return unexpected("',', ')' or identifier");
    while (!is(")")) {
      if (now_.token == Token::word) {
        values.push_back(now_.text);
        advance();
        if (!is(",") && !is(")")) return unexpected("',' or ')'");
        if (is(")")) break;
      } else if (!is(",")) {
        return unexpected("',', or identifier");
      } else if (values.empty()) {
        values.emplace_back("");
      }
      advance();  // over the comma
      if (is(")") || is(",")) values.emplace_back("");
    }
    advance();
    return {};
  }

  bool is(std::string_view symbol) const { return now_.token == Token::symbol && now_.text == symbol; }

  void advance() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    const std::size_t start = at_;
    // A zero byte ends the text, as upstream.
    if (at_ == text_.size() || text_[at_] == '\0') {
      now_ = {Token::end, text_.substr(at_, 0)};
      return;
    }
    if (!is_special(text_[at_])) {
      while (at_ < text_.size() && !is_special(text_[at_]) && !is_space(text_[at_]) && text_[at_] != '\0') ++at_;
      now_ = {Token::word, text_.substr(start, at_ - start)};
      return;
    }
    // The only symbols of two characters are "==" and "!=".
    at_ += (text_[at_] == '=' || text_[at_] == '!') && at_ + 1 < text_.size() && text_[at_ + 1] == '=' ? 2 : 1;
    now_ = {Token::symbol, text_.substr(start, at_ - start)};
  }

  std::unexpected<base::Error> unexpected(std::string_view expected) const {
    return wrong(fmt::format("found '{}', expected: {}", now_.text, expected));
  }

  std::unexpected<base::Error> wrong(const std::string& what) const {
    return base::fail(fmt::format("unable to parse the selector \"{}\" at character {}: {}", text_,
                                  now_.text.data() - text_.data() + 1, what));
  }

  std::string_view text_;
  base::Arena& arena_;
  std::size_t at_ = 0;
  Lexeme now_;
};

}  // namespace

base::Result<LabelSelector> parse_selector(std::string_view text, base::Arena& arena) {
  return Parser(text, arena).parse();
}

}  // namespace bulwark::kube
