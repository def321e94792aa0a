#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "posture/check.h"

namespace bulwark::posture {

enum class Standard : std::uint8_t { guide, pss_baseline, pss_restricted, cis_aks, nsa, defender, all };
inline constexpr std::array<std::string_view, 7> standard_names{
    "guide", "pss-baseline", "pss-restricted", "cis-aks", "nsa", "defender", "all"};
base::Result<Standard> parse_standard(std::string_view name);

struct SelectionOptions {
  Standard standard = Standard::guide;
  kube::MinorVersion version = kube::latest_version;
  std::vector<std::string> only;  // ids, aliases or globs; empty: all of the standard
  std::vector<std::string> skip;
  std::vector<std::string> registries;  // Settings::registries
  std::string labels;                   // Settings::labels, as kubectl's -l has them
};

// The checks to run, grouped by what they look at. A check has an index, its place in `checks`.
class Selection {
 public:
  // Errors: a name in only or skip that matches no check, with the nearest one; labels that are no selector.
  static base::Result<Selection> make(const SelectionOptions& options);

  template <class F>
  struct Entry {
    std::uint32_t index;
    F run;
  };

  const std::vector<const Check*>& checks() const { return checks_; }
  const Settings& settings() const { return settings_; }
  kube::MinorVersion version() const { return settings_.version; }
  // Under a Pod Security Standard every broken control counts, whatever its severity.
  bool is_pod_security() const { return settings_.pod_security; }
  bool contains(std::string_view id) const;

  const std::vector<Entry<PodRule>>& pods() const { return pods_; }
  const std::vector<Entry<ContainerRule>>& containers() const { return containers_; }
  const std::vector<Entry<void (*)(const kube::Object&, Reporter&)>>& objects(kube::ResourceKind kind) const {
    return objects_[static_cast<std::size_t>(kind)];
  }
  const std::vector<Entry<ClusterRule>>& cluster() const { return cluster_; }

 private:
  void add(const Check& check);

  std::vector<const Check*> checks_;
  Settings settings_;
  struct SelectorText {
    std::string text;
    base::Arena arena;
  };
  std::shared_ptr<SelectorText> selector_;  // what settings_.labels points into
  std::vector<Entry<PodRule>> pods_;
  std::vector<Entry<ContainerRule>> containers_;
  std::array<std::vector<Entry<void (*)(const kube::Object&, Reporter&)>>, 64> objects_;
  std::vector<Entry<ClusterRule>> cluster_;
};

}  // namespace bulwark::posture
