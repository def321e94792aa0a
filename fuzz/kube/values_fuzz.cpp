// Quantities, selectors and CIDRs from foreign bytes. Besides crashes this looks for broken promises: what was
// read must be written so that it reads back to the same value.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/cidr.h"
#include "kube/quantity.h"
#include "kube/selector.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void quantity(std::string_view text) {
  using bulwark::kube::Quantity;
  const auto parsed = Quantity::parse(text);
  if (!parsed) return;
  const auto again = Quantity::parse(parsed->text());
  // The text in nano or in powers of 1000 may need more digits than a quantity has.
  if (!again) return;
  require(*again == *parsed);
  // A text without a suffix has lost the family of suffixes, as upstream.
  require(again->text() == parsed->text() || again->format() != parsed->format());
  require(again->value() == parsed->value() && again->milli_value() == parsed->milli_value());
  require((parsed->value() > 0) == (parsed->sign() > 0) && (parsed->value() < 0) == (parsed->sign() < 0));
  const Quantity whole = Quantity::of(parsed->value());
  const bool in_range = parsed->value() != INT64_MAX && parsed->value() != INT64_MIN;
  // Rounded away from zero.
  if (in_range) require(parsed->sign() >= 0 ? whole >= *parsed : whole <= *parsed);
}

void selector(std::string_view input) {
  using namespace bulwark::kube;
  bulwark::base::Arena arena;
  const auto parsed = parse_selector(input, arena);
  if (!parsed) return;
  require(validate(*parsed).empty() || input.find_first_of("<>") != std::string_view::npos);
  static_cast<void>(parsed->matches({}));
  if (parsed->empty()) return;
  const std::string written = text(*parsed);
  const auto again = parse_selector(written, arena);
  require(again.has_value() && text(*again) == written);
}

void cidr(std::string_view text) {
  using namespace bulwark::base;
  const auto lenient = IpPrefix::parse(text, IpReading::lenient);
  const auto strict = IpPrefix::parse(text, IpReading::strict);
  if (!lenient) {
    require(!strict && !lenient.error().reason.empty() && lenient.error().offset <= text.size());
    return;
  }
  require(strict ? *strict == *lenient : cidr_spelling(text, *lenient).leading_zeros);
  require(IpPrefix::parse(lenient->text(), IpReading::strict) == *lenient);
  const IpPrefix canonical = lenient->canonical();
  require(cidr_spelling(canonical.text(), canonical).is_canonical() && canonical.covers_same_as(*lenient));
  // An IPv4-mapped address is an IPv4 address, so ::/0 and the like do not contain it.
  require(lenient->contains(lenient->address()) || (lenient->address().is_v4_mapped() && lenient->length() < 96));
  require(lenient->contains(*lenient) && !lenient->is_strict_subset_of(*lenient));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      quantity(text);
      break;
    case 1:
      selector(text);
      break;
    default:
      cidr(text);
  }
  return 0;
}
