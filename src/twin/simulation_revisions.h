// What keeps the templates of workloads apart: the ReplicaSets of Deployments, and the ControllerRevisions of
// StatefulSets and DaemonSets. A change of a template makes one; going back to an old template takes the old one
// up again, as the newest (pkg/controller/deployment/sync.go, pkg/controller/history).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "twin/store.h"

namespace bulwark::twin {

class Revisions {
 public:
  // The store must outlive it.
  explicit Revisions(Store& store) : store_(store) {}

  // Of what stands in files: every workload gets what it would have got when it was made.
  void make_all();
  // Of a living cluster's snapshot: its controllers have made what there is to make.
  void note_all();
  // A user wrote the workload. Of other kinds nothing happens.
  void written(const ApiKind& kind, const document::Json& object);
  // The labels that the controller adds to a pod of the newest template; an empty object when there are none.
  document::Json pod_labels(const document::Json& workload) const;
  // The template of the pods that carry this label controller-revision-hash; null when it is not known.
  document::Json template_of(const document::Json& workload, std::string_view revision) const;

 private:
  void for_each_workload(const std::function<void(const ApiKind& kind, const document::Json& object)>& visit);
  void settle_deployment(const document::Json& object);
  void settle_revisions(const ApiKind& kind, const document::Json& object);
  void drop_old(const ApiKind& kind, const document::Json& owner);

  Store& store_;
  std::unordered_map<std::string, std::uint32_t> known_;  // hash of the template by uid
};

}  // namespace bulwark::twin
