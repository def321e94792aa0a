// What `bulwark drain` says: the verdict first, then what happens, in kubectl's words.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/drain_flags.h"
#include "upgrade/drain.h"
#include "upgrade/drain_verdict.h"
#include "upgrade/log.h"

namespace bulwark::cli {

// One node's pods and what would become of them. `unread`: why the budgets could not be read; empty: they were.
struct NodeVerdict {
  std::string node;
  std::vector<upgrade::DrainPod> pods;
  upgrade::DrainVerdict verdict;
  std::string unread;
};

// The verdict in one line, and below it what it rests on; with all pods, or only with those that cannot go now.
std::string verdict_text(const NodeVerdict& node, std::span<const upgrade::BudgetStatus> budgets, bool all_pods);
// 1: kubectl refuses it, or it will not end by itself; 3: the budgets are not known; 0: it can be drained.
int verdict_code(const NodeVerdict& node);

// What is to be known of a node whose drain was interrupted or failed.
std::string left_behind(const upgrade::Drain& drain);

// Prints what happens as kubectl does: what is done to standard output, warnings and refusals to standard error. A
// pod that is refused each five seconds is told of once a minute.
class DrainLines : public upgrade::Log {
 public:
  // In a rehearsal each line begins with the time since its start, and a refusal is told once.
  explicit DrainLines(const DrainRequest& request, std::optional<kube::Time> rehearsed_from = {})
      : request_(request), rehearsed_from_(rehearsed_from) {}
  void on_event(const upgrade::Event& event) override;

 private:
  const DrainRequest& request_;
  std::optional<kube::Time> rehearsed_from_;
  std::map<std::string, kube::Time> told_;  // refusal of a pod, and when
};

}  // namespace bulwark::cli
