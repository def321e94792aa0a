// One check, one file: src/posture/checks/<id>.cpp defines `const Check <id with underscores>`, and the list of
// checks is generated from the names of the files. Its fixtures lie beside it in
// src/posture/checks/<id>/{pass,fail}/*.yaml.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <variant>

#include "finding/descriptor.h"
#include "kube/inventory.h"
#include "kube/minor_version.h"
#include "posture/reporter.h"
#include "posture/views.h"

namespace bulwark::posture {

// Kinds of objects, all of them when none is named.
class KindSet {
 public:
  constexpr KindSet(std::initializer_list<kube::ResourceKind> kinds) {  // NOLINT: reads as a list
    for (const kube::ResourceKind kind : kinds) bits_ |= std::uint64_t{1} << static_cast<unsigned>(kind);
  }
  constexpr bool contains(kube::ResourceKind kind) const {
    return bits_ == 0 || (bits_ >> static_cast<unsigned>(kind) & 1) != 0;
  }

 private:
  std::uint64_t bits_ = 0;
};

// What a check looks at. Rules are pure: the same input gives the same findings.
using PodRule = void (*)(const PodView&, Reporter&);              // once for each pod or pod template
using ContainerRule = void (*)(const ContainerView&, Reporter&);  // once for each container, of every role
struct ObjectRule {                                               // once for each object of the kinds
  KindSet kinds;
  void (*run)(const kube::Object&, Reporter&);
};
using ClusterRule = void (*)(const kube::Inventory&, ClusterReporter&);  // once, when everything is read
using Rule = std::variant<PodRule, ContainerRule, ObjectRule, ClusterRule>;

enum class PssLevel : std::uint8_t { none, baseline, restricted };

// The place of a check in the Pod Security Standards (kubernetes/pod-security-admission, policy/).
struct Pss {
  PssLevel level = PssLevel::none;
  kube::MinorVersion since{1, 0};  // policy version from which the control exists
  std::string_view control;        // its name there: "hostNamespaces"
  std::string_view replaces;       // the baseline control that it is checked instead of, at level restricted
};

struct Check {
  finding::Descriptor about;
  Pss pss;
  // Kubernetes versions for which the check makes sense outside of the Pod Security Standards.
  kube::MinorVersion from{1, 0};
  kube::MinorVersion until{1, 999};
  // Part of the default standard, the guide and its linked pages; false: only with --standard all or its own
  // framework.
  bool in_guide = true;
  Rule rule;
};

// Every check, sorted by id.
std::span<const Check* const> all_checks();

// By id or alias; nullptr when there is none.
const Check* find_check(std::string_view id);

}  // namespace bulwark::posture
