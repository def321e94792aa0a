#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "document/edit.h"
#include "finding/descriptor.h"
#include "kube/object.h"

namespace bulwark::finding {

// broken: the practice is not kept. unknown: it cannot be told, and `missing` names the evidence that would tell.
enum class Verdict : std::uint8_t { broken, unknown };

// One practice that one object breaks. The texts live in the Collection that holds the finding, or are literals.
struct Finding {
  const Descriptor* check = nullptr;
  const kube::Object* object = nullptr;
  std::string_view field;    // spec.containers[0].image; empty: the object as a whole
  std::string_view message;  // what is wrong, with the values
  std::string_view missing;  // for unknown: the evidence that would tell
  std::string_view no_fix;   // why there is no automatic fix; empty when there is one or nothing is to be said
  std::uint32_t offset = 0;  // byte in the object's source to point at
  Severity severity = Severity::medium;
  Verdict verdict = Verdict::broken;
  bool fixable = false;
  bool excepted = false;                // an exception covers it
  bool confidential = false;            // what stands at the place is a secret: excerpts end before it
  const kube::Object* owner = nullptr;  // the object to change instead: what made this one
  std::uint32_t more = 0;               // so many more objects of the same owner have the same finding
};

// Findings with the memory that they stand in. Movable; findings stay valid while it lives.
class Collection {
 public:
  Finding& add(Finding finding) { return findings_.emplace_back(finding); }
  // A copy that lasts as long as the collection. The same texts come again and again, one object after the other.
  std::string_view keep(std::string_view text);

  void clear();

  std::deque<Finding>& findings() { return findings_; }
  const std::deque<Finding>& findings() const { return findings_; }

 private:
  base::Arena arena_;
  std::vector<std::string_view> recent_;  // texts in the arena, each at the place of its hash
  std::deque<Finding> findings_;
};

}  // namespace bulwark::finding
