#include "posture/cluster_proof.h"

#include <algorithm>

namespace bulwark::posture {

ClusterProof::ClusterProof(const kube::Inventory& inventory, const Selection& selection)
    : selection_(selection), objects_(inventory.all()) {
  for (std::size_t i = 0; i < objects_.size(); ++i) numbers_.emplace(objects_[i], i);
  now_ = look(objects_);
}

void ClusterProof::add(const kube::Object& original, ObjectFixer& fixer) {
  if (fixer.object() != nullptr) members_.push_back({numbers_.at(&original), &fixer});
}

ClusterProof::Seen ClusterProof::look(std::span<const kube::Object* const> objects) const {
  kube::Inventory inventory;
  std::map<const kube::Object*, std::size_t> numbers;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    numbers.emplace(objects[i], i);
    inventory.add(*objects[i]);
  }
  Seen seen;
  seen.findings = std::make_shared<finding::Collection>();
  ClusterReporter reporter(*seen.findings, selection_.settings());
  for (const auto& rule : selection_.cluster()) {
    reporter.run_as(selection_.checks()[rule.index]->about);
    rule.run(inventory, reporter);
  }
  const auto& findings = seen.findings->findings();
  const auto place_of = [&](const finding::Finding& finding) {
    return Place{numbers.at(finding.object), key_of(finding)};
  };
  for (const finding::Finding& finding : findings) seen.places.insert(place_of(finding));
  for (ClusterReporter::Pending& each : reporter.pending()) {
    if (!each.edits.empty()) seen.edits.emplace_back(place_of(findings[each.finding]), std::move(each.edits));
  }
  return seen;
}

bool ClusterProof::is_no_worse(const Seen& after, std::span<const Member> members) const {
  for (const Place& place : after.places) {
    if (after.places.count(place) > now_.places.count(place)) return false;
  }
  // What an edit was to mend must be gone.
  return std::none_of(members.begin(), members.end(), [&](const Member& member) {
    const auto& changed = member.fixer->mended().changed;
    return std::any_of(changed.begin(), changed.end(),
                       [&](const auto& each) { return after.places.contains({member.number, each.first}); });
  });
}

void ClusterProof::settle() {
  std::vector<Member> changed;
  for (const Member& member : members_) {
    if (member.fixer->is_marked_off()) changed.push_back(member);
  }
  if (!changed.empty()) settle(changed);
}

// All of them, or by halves: mostly there is nothing to undo, and one look at everything is enough.
void ClusterProof::settle(std::span<const Member> members) {
  std::vector<const kube::Object*> objects = objects_;
  for (const Member& member : members) objects[member.number] = member.fixer->object();
  Seen after = look(objects);
  if (is_no_worse(after, members)) {
    for (const Member& member : members) member.fixer->mark();
    objects_ = std::move(objects);
    now_ = std::move(after);
  } else if (members.size() == 1) {
    members.front().fixer->undo("the edit would bring another finding, here or on another object");
    objects_[members.front().number] = members.front().fixer->object();
  } else {
    settle(members.first(members.size() / 2));
    settle(members.subspan(members.size() / 2));
  }
}

std::map<ObjectFixer*, KeyedEdits> ClusterProof::edits() const {
  std::map<ObjectFixer*, KeyedEdits> found;
  for (const Member& member : members_) {
    for (const auto& [place, edits] : now_.edits) {
      if (place.first == member.number && member.fixer->wants(place.second))
        found[member.fixer].emplace_back(place.second, edits);
    }
  }
  return found;
}

}  // namespace bulwark::posture
