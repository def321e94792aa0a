#include "twin/scheduler/reasons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "twin/taints.h"

namespace bulwark::twin {

namespace {

std::string taint_words(const State& state, Index node, std::uint16_t number, int minor) {
  std::string out;
  std::uint16_t at = 0;
  for_each_taint(state, node, [&](const kube::Taint& taint) {
    if (++at != number) return true;
    out = minor < 24
              ? fmt::format("node(s) had taint {{{}: {}}}, that the pod didn't tolerate", taint.key, taint.value)
              : fmt::format("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value);
    return false;
  });
  return out;
}

std::string lacking_words(std::string_view resource) {
  return resource == "pods" ? "Too many pods" : fmt::format("Insufficient {}", resource);
}

// Before 1.23 the failure of inter-pod affinity came with a general reason besides its own.
std::vector<std::string> peer_words(std::string_view own, int minor) {
  std::vector<std::string> out;
  if (minor < 21) out.emplace_back("node(s) didn't match pod affinity/anti-affinity");
  if (minor == 21 || minor == 22) out.emplace_back("node(s) didn't match pod affinity/anti-affinity rules");
  out.emplace_back(own);
  return out;
}

}  // namespace

bool is_resolvable(const Context& context, const State& state, const Cycle& cycle, Index node, Refusal refusal) {
  switch (refusal) {
    case Refusal::resources:
      // Since 1.34 more than the whole node has is known to be beyond help.
      return context.model.minor < 34 || cycle.could_ever_fit(state, node);
    case Refusal::volume_in_use:
      return context.model.minor >= 27;
    case Refusal::ports:
    case Refusal::volume_count:
    case Refusal::spread:
    case Refusal::anti_affinity:
    case Refusal::existing_anti_affinity:
      return true;
    default:
      return false;
  }
}

Answer answer(const Context& context, const State& state, const Cycle& cycle, Index node, Refusal refusal,
              const Changes* changes) {
  const int minor = context.model.minor;
  Answer out{refusal, {}, is_resolvable(context, state, cycle, node, refusal)};
  const auto say = [&](std::string words) { out.words.push_back(std::move(words)); };
  switch (refusal) {
    case Refusal::fits:
      break;
    case Refusal::claim_missing:
      say(fmt::format("persistentvolumeclaim \"{}\" not found", context.model.claims[cycle.missing_claim()].name));
      break;
    case Refusal::claim_unbound:
      say("pod has unbound immediate PersistentVolumeClaims");
      break;
    case Refusal::cordoned:
      say("node(s) were unschedulable");
      break;
    case Refusal::taint:
      say(taint_words(state, node, cycle.standing(node).taint, minor));
      break;
    case Refusal::node_affinity:
      say(minor < 22 ? "node(s) didn't match Pod's node affinity"
                     : "node(s) didn't match Pod's node affinity/selector");
      break;
    case Refusal::ports:
      say("node(s) didn't have free ports for the requested pod ports");
      break;
    case Refusal::resources:
      for (const Index column : cycle.lacking(state, node, changes)) {
        say(lacking_words(context.model.resources[column]));
      }
      break;
    case Refusal::volume_in_use:
      say("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode");
      break;
    case Refusal::volume_count:
      say("node(s) exceed max volume count");
      break;
    case Refusal::volume_conflict:
      say("node(s) had volume node affinity conflict");
      break;
    case Refusal::spread_label:
      say("node(s) didn't match pod topology spread constraints (missing required label)");
      break;
    case Refusal::spread:
      say("node(s) didn't match pod topology spread constraints");
      break;
    case Refusal::affinity:
      out.words = peer_words("node(s) didn't match pod affinity rules", minor);
      break;
    case Refusal::anti_affinity:
      out.words = peer_words("node(s) didn't match pod anti-affinity rules", minor);
      break;
    case Refusal::existing_anti_affinity:
      out.words = peer_words("node(s) didn't satisfy existing pods anti-affinity rules", minor);
      break;
  }
  return out;
}

std::string Histogram::text(std::size_t all) const {
  std::vector<std::string> parts;
  parts.reserve(count_.size());
  for (const auto& [reason, nodes] : count_) parts.push_back(fmt::format("{} {}", nodes, reason));
  // As texts: "10 ..." comes before "2 ...".
  std::ranges::sort(parts);
  return fmt::format("0/{} nodes are available: {}.", all, fmt::join(parts, ", "));
}

}  // namespace bulwark::twin
