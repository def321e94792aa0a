#pragma once

#include <span>
#include <string_view>

#include "kube/label.h"
#include "kube/selector.h"
#include "kube/values.h"

namespace bulwark::kube {

// metav1.OwnerReference.
struct OwnerReference {
  std::string_view api_version;
  std::string_view kind;
  std::string_view name;
  std::string_view uid;
  OptionalBool controller;
};

// metav1.ObjectMeta, as far as checks need it.
struct ObjectMeta {
  std::string_view name;
  std::string_view generate_name;
  std::string_view name_space;  // empty: the object names no namespace
  std::string_view uid;
  std::string_view creation_timestamp;
  std::string_view deletion_timestamp;
  OptionalInt generation;  // of the spec; 0 and unset for kinds without
  Labels labels;
  Labels annotations;
  std::span<const OwnerReference> owner_references;
  std::span<const std::string_view> finalizers;

  // The owner that controls the object; nullptr when there is none.
  const OwnerReference* controller() const {
    for (const OwnerReference& owner : owner_references) {
      if (owner.controller.value_or(false)) return &owner;
    }
    return nullptr;
  }
};

// corev1.LocalObjectReference and its many cousins that carry just a name.
struct NameReference {
  std::string_view name;
  OptionalBool optional;
};

}  // namespace bulwark::kube
