#include "posture/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace bulwark::posture {

base::Result<Standard> parse_standard(std::string_view name) {
  for (std::size_t i = 0; i < standard_names.size(); ++i) {
    if (standard_names[i] == name) return static_cast<Standard>(i);
  }
  const std::string_view meant = base::nearest(name, standard_names);
  return base::fail(fmt::format("there is no standard \"{}\"{}", name,
                                meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
}

namespace {

// At level restricted, a control that replaces a baseline one is checked in its stead.
bool is_replaced(const Check& check, kube::MinorVersion version) {
  return std::any_of(all_checks().begin(), all_checks().end(), [&](const Check* other) {
    return !other->pss.replaces.empty() && other->pss.replaces == check.pss.control && other->pss.since <= version;
  });
}

bool belongs(const Check& check, Standard standard, kube::MinorVersion version) {
  using finding::Framework;
  const bool in_pss = check.pss.level != PssLevel::none && check.pss.since <= version;
  switch (standard) {
    case Standard::pss_baseline:
      return in_pss && check.pss.level == PssLevel::baseline;
    case Standard::pss_restricted:
      return in_pss && !is_replaced(check, version);
    case Standard::guide:
      return check.in_guide && check.from <= version && version <= check.until;
    case Standard::all:
      return check.from <= version && version <= check.until;
    case Standard::cis_aks:
      return check.about.maps_to(Framework::cis_aks);
    case Standard::nsa:
      return check.about.maps_to(Framework::nsa);
    case Standard::defender:
      return check.about.maps_to(Framework::defender);
  }
  return false;
}

bool named_by(const Check& check, std::string_view pattern) {
  if (base::glob_match(pattern, check.about.id)) return true;
  const auto& aliases = check.about.aliases;
  return std::find(aliases.begin(), aliases.end(), pattern) != aliases.end();
}

bool named_by_any(const Check& check, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return named_by(check, p); });
}

base::Result<> must_name_checks(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    const auto checks = all_checks();
    if (std::any_of(checks.begin(), checks.end(), [&](const Check* c) { return named_by(*c, pattern); })) continue;
    std::vector<std::string_view> ids;
    for (const Check* check : checks) ids.push_back(check->about.id);
    const std::string_view meant = base::nearest(pattern, ids);
    return base::fail(fmt::format(
        "no check is named \"{}\"; {}", pattern,
        meant.empty() ? "`bulwark checks` lists them all" : fmt::format("did you mean \"{}\"?", meant)));
  }
  return {};
}

}  // namespace

void Selection::add(const Check& check) {
  const auto index = static_cast<std::uint32_t>(checks_.size());
  checks_.push_back(&check);
  if (const auto* pod = std::get_if<PodRule>(&check.rule)) pods_.push_back({index, *pod});
  if (const auto* container = std::get_if<ContainerRule>(&check.rule)) containers_.push_back({index, *container});
  if (const auto* cluster = std::get_if<ClusterRule>(&check.rule)) cluster_.push_back({index, *cluster});
  if (const auto* object = std::get_if<ObjectRule>(&check.rule)) {
    for (std::size_t kind = 0; kind < objects_.size(); ++kind) {
      if (object->kinds.contains(static_cast<kube::ResourceKind>(kind)))
        objects_[kind].push_back({index, object->run});
    }
  }
}

bool Selection::contains(std::string_view id) const {
  return std::any_of(checks_.begin(), checks_.end(), [&](const Check* check) { return check->about.id == id; });
}

base::Result<Selection> Selection::make(const SelectionOptions& options) {
  TRY(must_name_checks(options.only));
  TRY(must_name_checks(options.skip));
  Selection selection;
  selection.settings_.version = options.version;
  selection.settings_.registries = options.registries;
  if (!options.labels.empty()) {
    selection.selector_ = std::make_shared<SelectorText>();
    selection.selector_->text = options.labels;
    auto labels = kube::parse_selector(selection.selector_->text, selection.selector_->arena);
    if (!labels) return base::fail("--selector: " + labels.error().message);
    selection.settings_.labels = *labels;
  }
  selection.settings_.pod_security =
      options.standard == Standard::pss_baseline || options.standard == Standard::pss_restricted;
  for (const Check* check : all_checks()) {
    // A check that is asked for by name runs whatever the standard.
    const bool asked = options.only.empty() ? belongs(*check, options.standard, options.version)
                                            : named_by_any(*check, options.only);
    if (asked && !named_by_any(*check, options.skip)) selection.add(*check);
  }
  return selection;
}

}  // namespace bulwark::posture
