// Claims and volumes of a served twin: what the StatefulSet controller, the volume controller and a provisioner
// do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "twin/store.h"

namespace bulwark::twin {

// A provisioner makes a volume for every claim that has none: at once, or, where its StorageClass waits for the
// first consumer, when a pod that names it is bound. Claims whose class is not there get one at once, too.
class Volumes {
 public:
  // The store must outlive it.
  explicit Volumes(Store& store) : store_(store) {}

  // The claims that the pod of a StatefulSet has by its volumeClaimTemplates, made where they are not there; the
  // pod names them among its volumes (pkg/controller/statefulset, updateStorage).
  void give_claims(const document::Json& set, std::int64_t ordinal, document::Json& pod);
  // The pod was bound to its node.
  void pod_bound(const document::Json& pod);
  // The claim that stands in the store under this name was written.
  void claim_written(std::string_view name_space, std::string_view name);
  // The claim is gone: so is its volume, unless it is to be retained.
  void claim_gone(const document::Node& claim);
  // persistentVolumeClaimRetentionPolicy: who owns the set's claims now (whenDeleted).
  void set_written(const document::Json& set);
  // The same when a pod beyond the set's replicas is gone (whenScaled).
  void pod_scaled_away(const document::Json& set, std::int64_t ordinal);
  // What stands in files has no volumes yet.
  void provide_all();

 private:
  void provide(const ObjectPtr& claim, std::string_view node);

  Store& store_;
};

}  // namespace bulwark::twin
