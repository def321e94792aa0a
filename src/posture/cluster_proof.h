#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "posture/object_fixer.h"

namespace bulwark::posture {

// Judges all objects together, while some are being mended: no fix may bring a finding of the checks that look at
// the whole inventory, on whatever object.
class ClusterProof {
 public:
  // The objects are those of the scan, in its order.
  ClusterProof(const kube::Inventory& inventory, const Selection& selection);

  // An object that is being mended, by the object that it was.
  void add(const kube::Object& original, ObjectFixer& fixer);

  // Keeps what the fixers changed since their marks as far as nothing gets worse; the rest is undone. Moves the
  // marks.
  void settle();
  // The edits that mend findings of the whole inventory as it is now, by fixer; of those that the fixers want.
  std::map<ObjectFixer*, KeyedEdits> edits() const;

 private:
  using Place = std::pair<std::size_t, FindingKey>;  // number of the object
  struct Seen {
    std::multiset<Place> places;
    std::vector<std::pair<Place, Edits>> edits;
    std::shared_ptr<finding::Collection> findings;
  };
  struct Member {
    std::size_t number;
    ObjectFixer* fixer;
  };

  Seen look(std::span<const kube::Object* const> objects) const;
  void settle(std::span<const Member> members);
  bool is_no_worse(const Seen& after, std::span<const Member> members) const;

  const Selection& selection_;
  std::vector<const kube::Object*> objects_;
  std::map<const kube::Object*, std::size_t> numbers_;
  std::vector<Member> members_;
  Seen now_;
};

}  // namespace bulwark::posture
