// pkg/controller/disruption of Kubernetes: an eviction is allowed while healthy pods outnumber those that the
// budget wants; percentages round up, and pods whose owner has no scale (Job, DaemonSet) make the controller fail
// safe: none may go. What the manifests do not tell, the status of a living cluster's budget does.
// upgrade-conceptual: AKS stops, or quarantines the node, when a drain does not end.
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "base/rfc3339.h"
#include "posture/budgets.h"
#include "posture/check.h"
#include "posture/living.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

using kube::ResourceKind;

struct Covered {
  std::int64_t low = 0;    // pods at least: autoscalers at their minimum
  std::int64_t high = 0;   // pods at most
  std::int64_t count = 0;  // workloads
  const kube::Object* first = nullptr;
  const kube::Object* without_scale = nullptr;  // a Job or a DaemonSet
  const kube::Object* daemon_set = nullptr;
  std::int64_t naked_pods = 0;
  bool autoscaled = false;
  bool unsure = false;  // pods of an owner that is not in the input

  std::string text() const {
    std::string out = describe(*first);
    if (count > 1) out += fmt::format(" and {} more", count - 1);
    if (autoscaled) out += fmt::format(", autoscaled from {} to {}", low, high);
    return out;
  }
};

Covered covered_by(const kube::Object& budget, const WorkloadIndex& workloads, const kube::Inventory& inventory) {
  Covered covered;
  for_each_covered(budget, workloads, [&](const Workload& workload, std::size_t) {
    const kube::Object& object = *workload.object;
    if (object.kind == ResourceKind::job || object.kind == ResourceKind::cron_job) {
      covered.without_scale = &object;
      return;
    }
    if (object.kind == ResourceKind::daemon_set) {
      covered.daemon_set = &object;
      return;
    }
    const auto scale = scale_of(inventory, object);
    if (!scale || scale->high == 0) return;
    if (object.kind == ResourceKind::pod) {
      if (object.metadata.controller() == nullptr) {
        ++covered.naked_pods;
      } else {
        covered.unsure = true;
      }
    }
    covered.low += scale->low;
    covered.high += scale->high;
    covered.autoscaled |= scale->by == Scale::By::autoscaler && scale->low != scale->high;
    if (covered.count++ == 0) covered.first = &object;
  });
  return covered;
}

std::string amount_text(const kube::IntOrString& value) {
  return value.is_string ? fmt::format("\"{}\"", value.text) : std::string(value.text);
}

// Adds the fix to a finding: one pod at a time, if there is more than one.
void mend(Reported finding, bool by_max, const Covered& covered) {
  if (covered.count == 0) {
    finding.no_fix("what the budget covers is not in the input");
  } else if (covered.low < 2) {
    finding.no_fix("with one replica every eviction is an outage: a second replica must come first");
  } else if (by_max) {
    finding.fix([] { return Edits{set(FieldPath("spec") / "maxUnavailable", document::Literal::integer(1))}; });
  } else {
    finding.fix([] {
      return Edits{set(FieldPath("spec") / "maxUnavailable", document::Literal::integer(1)),
                   remove(FieldPath("spec") / "minAvailable")};
    });
  }
}

// Whether the budget is so young that its controller may just not have come to it.
bool is_new(const kube::Object& budget, const kube::Inventory& inventory) {
  const auto now = read_at(inventory), made = base::parse_rfc3339(budget.metadata.creation_timestamp);
  return now && made && *now - *made < std::chrono::minutes(1);
}

// The numbers of a status count `alone`, where the manifests have none: those of a file may be old.
void judge_by_status(const kube::Object& budget, const FieldPath& at, const kube::Inventory& inventory, bool alone,
                     ClusterReporter& report) {
  const auto& status = kube::as<kube::PodDisruptionBudget>(budget)->status;
  const Verdict verdict = verdict_of(budget);
  if (verdict.what == Verdict::What::failed) {
    report
        .broken(
            budget, FieldPath("status") / "conditions" / verdict.condition / "message",
            fmt::format("the disruption controller could not judge it, so no pod may be evicted: {}", verdict.why))
        .no_fix("how many pods must stay is known to their owner alone");
  } else if (verdict.what == Verdict::What::behind && !is_new(budget, inventory)) {
    report
        .broken(budget, FieldPath("status") / "observedGeneration",
                fmt::format("the disruption controller saw generation {} of {}: until it sees the newest, every "
                            "eviction is put off",
                            status.observed_generation.value_or(0), budget.metadata.generation.value_or(0)))
        .no_fix("the log of kube-controller-manager says why");
  } else if (alone && verdict.what == Verdict::What::judged && status.expected_pods.value_or(0) > 0 &&
             status.disruptions_allowed.value_or(0) <= 0 &&
             status.desired_healthy.value_or(0) >= status.expected_pods.value_or(0)) {
    report
        .broken(budget, at,
                fmt::format("of {} that the budget covers {} must be healthy: no pod may ever be evicted",
                            count_of(status.expected_pods.value_or(0), "pod"), status.desired_healthy.value_or(0)))
        .no_fix("how many pods must stay is known to their owner alone");
  }
}

// What the manifests tell.
enum class Told : std::uint8_t { nothing, all_is_well, enough };
Told judge_by_manifests(const kube::Object& budget, const WorkloadIndex& workloads,
                        const kube::Inventory& inventory, ClusterReporter& report) {
  const auto& spec = kube::as<kube::PodDisruptionBudget>(budget)->spec;
  const bool by_max = spec.max_unavailable.set();
  // Over as many pods as can be: what allows none of them allows none of fewer.
  const auto of_many = allowance_of(spec, 1'000'000);
  if (!of_many) return Told::enough;  // it is invalid
  report.judged(budget);
  const kube::IntOrString& value = by_max ? spec.max_unavailable : spec.min_available;
  const std::string_view name = by_max ? "maxUnavailable" : "minAvailable";
  const FieldPath at = FieldPath("spec") / name;
  const Covered covered = covered_by(budget, workloads, inventory);
  if (of_many->allowed() == 0 && (by_max || value.is_string)) {
    mend(report.broken(budget, at, fmt::format("{} {}: no pod may ever be evicted", name, amount_text(value))),
         by_max, covered);
    return Told::enough;
  }
  if (by_max || value.is_string) {
    if (const kube::Object* odd = covered.without_scale != nullptr ? covered.without_scale : covered.daemon_set;
        odd != nullptr) {
      // A drain leaves the pods of a DaemonSet alone, so a budget over nothing else does no harm.
      if (covered.without_scale == nullptr && covered.count == 0) return Told::enough;
      report
          .broken(budget, at,
                  fmt::format("{} {} needs a scale, which {} does not have: no pod may be evicted", name,
                              amount_text(value), describe(*odd)))
          .no_fix("how many pods must stay is known to their owner alone");
      return Told::enough;
    }
    if (covered.count > 0 && covered.naked_pods == covered.count) {
      report
          .broken(
              budget, at,
              fmt::format("{} {} needs a scale, which a pod without a controller ({}) does not have: no pod may "
                          "be evicted",
                          name, amount_text(value), describe(*covered.first)))
          .no_fix("the pods need a controller first");
      return Told::enough;
    }
    // Pods without a controller add to what is healthy and not to what is wanted.
    if (covered.naked_pods > 0 || covered.unsure) return Told::nothing;
  }
  // A whole minAvailable counts pods of every kind, and how many a DaemonSet has only the cluster knows.
  if (covered.daemon_set != nullptr) return Told::enough;
  if (covered.count == 0 || covered.without_scale != nullptr) return Told::nothing;
  const auto least = allowance_of(spec, covered.low);
  const auto most = allowance_of(spec, covered.high);
  if (!least || !most || least->allowed() > 0) return Told::all_is_well;
  const std::string_view name_space = budget.namespace_or_default();
  const std::string sum = least->desired > least->expected
                              ? fmt::format("{} - {} < 0, none", least->expected, least->desired)
                              : fmt::format("{} - {} = 0", least->expected, least->desired);
  const std::string message =
      value.is_string
          ? fmt::format("{} {} of {} ({}) is {}, rounded up: {} may be evicted", name, amount_text(value),
                        count_of(least->expected, "pod"), covered.text(), least->desired, sum)
          : fmt::format("{} {} of {} ({}): {} may be evicted", name, amount_text(value),
                        count_of(least->expected, "pod"), covered.text(), sum);
  if (is_scaled_by_keda(inventory, name_space)) {
    report.unknown(budget, at, message, "how far the ScaledObjects of the namespace scale it");
    return Told::enough;
  }
  auto finding = report.broken(budget, at, message);
  if (most->allowed() > 0) finding.severity(finding::Severity::medium);
  mend(finding, by_max, covered);
  return Told::enough;
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    const auto budgets = inventory.of(ResourceKind::pod_disruption_budget, name_space);
    if (budgets.empty()) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    for (const kube::Object* budget : budgets) {
      const Told told = judge_by_manifests(*budget, workloads, inventory, report);
      if (told == Told::enough) continue;
      const bool by_max = kube::as<kube::PodDisruptionBudget>(*budget)->spec.max_unavailable.set();
      judge_by_status(*budget, FieldPath("spec") / (by_max ? "maxUnavailable" : "minAvailable"), inventory,
                      told == Told::nothing, report);
    }
  }
}

}  // namespace

extern const Check budget_never_allows;
const Check budget_never_allows{
    .about = {.id = "budget-never-allows",
              .aliases = {"pdb-max-unavailable", "pdb-min-available", "pdbDisruptionsIsZero"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Disruption budgets let at least one pod go",
              .effect = "The drain of a node waits for ever: the upgrade of its pool fails after the drain "
                        "timeout, and the node stays behind.",
              .remedy = "Set maxUnavailable: 1 in place of minAvailable, and run at least two replicas.",
              .sources = {{"Kubernetes: disruptions",
                           "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"},
                          {"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"},
                          {"AKS: upgrade options", "https://learn.microsoft.com/azure/aks/upgrade-options"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture
