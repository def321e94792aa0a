#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace bulwark::posture {

// Calls visit(i) for each of `count` names that stands at a smaller index, too; name(i) gives them. Few names are
// compared one by one, without memory; many are sorted, so that a hostile list costs no more than n log n.
template <class Name, class Visit>
void for_each_duplicate(std::size_t count, const Name& name, const Visit& visit) {
  constexpr std::size_t few = 32;
  if (count <= few) {
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (name(k) != name(i)) continue;
        visit(i);
        break;
      }
    }
    return;
  }
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto order_of_names = name(a) <=> name(b);
    return order_of_names < 0 || (order_of_names == 0 && a < b);
  });
  for (std::size_t i = 1; i < count; ++i) {
    if (name(order[i]) == name(order[i - 1])) visit(order[i]);
  }
}

}  // namespace bulwark::posture
