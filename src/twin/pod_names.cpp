#include "twin/pod_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::twin {

namespace {

// Without vowels and what looks like them, as upstream has it: no words come out.
constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::uint64_t suffixes = 27ULL * 27 * 27 * 27 * 27;
// Steps through all suffixes in an order that looks like none, and back: the product is 1 modulo their number.
constexpr std::uint64_t step = 8'675'309, shift = 1'234'567;

constexpr std::uint64_t inverse(std::uint64_t of) {
  // Euclid's algorithm, with the factor of `of` alone.
  std::int64_t a = static_cast<std::int64_t>(of), b = static_cast<std::int64_t>(suffixes), x = 1, y = 0;
  while (b != 0) {
    const std::int64_t quotient = a / b;
    const std::int64_t rest = a % b, next = x - quotient * y;
    a = b, b = rest, x = y, y = next;
  }
  const std::int64_t modulus = static_cast<std::int64_t>(suffixes);
  return static_cast<std::uint64_t>(((x % modulus) + modulus) % modulus);
}
constexpr std::uint64_t back = inverse(step);
static_assert(step * back % suffixes == 1);

}  // namespace

std::string suffix_of_serial(std::uint32_t serial) {
  std::uint64_t number = (serial % suffixes * step + shift) % suffixes;
  std::string out(5, ' ');
  for (char& c : out) {
    c = alphabet[number % 27];
    number /= 27;
  }
  return out;
}

std::optional<std::uint32_t> serial_of_suffix(std::string_view suffix) {
  if (suffix.size() != 5) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = suffix.size(); i-- > 0;) {
    const std::size_t digit = alphabet.find(suffix[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number * 27 + digit;
  }
  return static_cast<std::uint32_t>((number + suffixes - shift) % suffixes * back % suffixes);
}

std::string uid_of_serial(std::uint32_t serial) { return fmt::format("b0b0b0b0-7717-4000-8000-{:012x}", serial); }

bool has_lasting_finalizer(const PodClass& pod_class) {
  if (pod_class.metadata == nullptr) return false;
  // The Job controller takes its own away (KEP-2307).
  return std::any_of(pod_class.metadata->finalizers.begin(), pod_class.metadata->finalizers.end(),
                     [](std::string_view each) { return each != "batch.kubernetes.io/job-tracking"; });
}

}  // namespace bulwark::twin
