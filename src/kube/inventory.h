#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/for_each.h"
#include "kube/object.h"
#include "kube/workload_index.h"

namespace bulwark::kube {

// All objects of one cluster, or of one set of files, indexed. The objects belong to somebody else.
class Inventory {
 public:
  // When two objects have the same kind, namespace and name, both stay in the lists and find() gives the later
  // one.
  void add(const Object& object);
  // All of them, in this order; `for_each` brings threads.
  void add(std::span<const Object* const> objects, const base::ForEach& for_each = base::in_order);

  const std::vector<const Object*>& all() const { return all_; }
  std::span<const Object* const> of(ResourceKind kind) const;
  // Objects of one kind in one namespace ("" for those without).
  std::span<const Object* const> of(ResourceKind kind, std::string_view name_space) const;
  const Object* find(ResourceKind kind, std::string_view name_space, std::string_view name) const;
  // Objects of a kind that is not decoded, by its name in the API (AzureIdentity).
  std::vector<const Object*> of_kind_name(std::string_view kind_name) const;

  // Every namespace that an object names or lives in, in order of appearance.
  const std::vector<std::string_view>& namespaces() const { return namespaces_; }
  // Objects that are or make pods.
  const std::vector<const Object*>& workloads() const { return workloads_; }
  std::span<const Object* const> workloads(std::string_view name_space) const;
  // The workloads of a namespace, each counted once: pod templates are left out, and so are a pod or replica set
  // whose owner is in the inventory too, and an object that stands there again later, with the same kind and name.
  // Made at the first call, after which nothing may be added to the namespace; several threads may ask.
  const WorkloadIndex& workload_index(std::string_view name_space) const;
  // The object that controls this one (a Deployment its ReplicaSet, which controls pods; a Service its
  // EndpointSlices), if it is here.
  const Object* owner_of(const Object& object) const;
  // The first HorizontalPodAutoscaler that scales the object; nullptr when none does.
  const Object* autoscaler_of(const Object& object) const;

  // Whether any object has a controller.
  bool has_owned() const { return has_owned_; }
  bool has(ResourceKind kind) const { return !of(kind).empty(); }

 private:
  struct Key {
    ResourceKind kind;
    std::string_view name_space;
    std::string_view name;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  std::vector<const Object*> all_;
  std::vector<const Object*> workloads_;
  std::vector<std::string_view> namespaces_;
  std::unordered_set<std::string_view> known_namespaces_;
  std::unordered_map<Key, const Object*, KeyHash> by_name_;
  std::unordered_map<Key, std::vector<const Object*>, KeyHash> by_namespace_;  // name is empty
  struct NamespaceWorkloads {
    std::vector<const Object*> objects;
    mutable std::once_flag indexed;
    mutable std::unique_ptr<const WorkloadIndex> index;
  };
  struct Target {
    std::string_view kind;
    std::string_view name_space;
    std::string_view name;
    friend bool operator==(const Target&, const Target&) = default;
  };
  struct TargetHash {
    std::size_t operator()(const Target& target) const;
  };
  void add_name(const Object& object);
  void add_to_lists(const Object& object);
  std::vector<Workload> distinct(const std::vector<const Object*>& objects) const;

  std::unordered_map<std::string_view, NamespaceWorkloads> workloads_by_namespace_;
  std::unordered_map<Target, const Object*, TargetHash> autoscalers_;
  bool has_owned_ = false;
  bool repeated_ = false;  // some object stands there more than once
  std::vector<std::vector<const Object*>> by_kind_;
};

}  // namespace bulwark::kube
