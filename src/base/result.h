#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace bulwark::base {

// What went wrong, for the reader: where (as far as it is known), what, and what to do about it.
struct Error {
  std::string message;
  std::string file;          // empty when the error belongs to no file
  std::uint32_t line = 0;    // from 1; 0 when unknown
  std::uint32_t column = 0;  // from 1, in characters; 0 when unknown
  // What was asked for is in order, but who should have answered did not: could not check, not wrong input.
  bool unanswered = false;

  // "file:line:column: message", leaving out what is unknown.
  std::string text() const;
};

// A result that cannot be ignored.
template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{.message = std::move(message), .file = {}});
}

}  // namespace bulwark::base

// TRY(expr): the value of a Result, or return its error from the enclosing function.
#define TRY(expr)                                                           \
  __extension__({                                                           \
    auto&& try_result = (expr);                                             \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
    *std::move(try_result);                                                 \
  })
