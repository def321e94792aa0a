// What happens during a rehearsal, or in reality, told so that the two can be laid side by side.
//
// Two clusters never agree in everything: names of pods end in random letters, pods of one ReplicaSet are alike
// and the parallel hands of a control plane take them in any order, a refused eviction is repeated once more or
// less. A story has none of that:
// - Pods that their controller names at random are called by it ("ReplicaSet web"), those that keep their names by
//   name. What happened to each pod is one line; the lines of a chapter are sorted, and equal ones are counted.
// - A chapter is what follows one order (the drain of one node, or a whole rollout) until the cluster is at rest.
//   What happened to one node is told in its order; what happened to different nodes has none.
// - A pod that was refused and then evicted was refused "until" then, however often, with the number of healthy
//   pods that the answers gave left out. Where the refusal stayed, its last words count in full.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cluster.h"
#include "upgrade/log.h"

namespace bulwark::e2e {

// How a pod is called in stories, by the kind and name of its controller ("" without) and its own name.
std::string called(std::string_view controller_kind, std::string_view controller, std::string_view pod);

class Story final : public upgrade::Log {
 public:
  void begin(std::string title);

  void on_event(const upgrade::Event& event) override;
  // What the API server said when a pod's eviction, or deletion, was asked for.
  void answered(std::string_view node, std::string_view verb, const std::string& pod, const std::string& call,
                const kube::Answer<>& answer);
  // "created", "to n1", "ready", "deleting", "finished", "gone"; `pod` is unique to it.
  void happened(const std::string& pod, const std::string& call, std::string what);
  // Of the state in which the chapter ends.
  void note(std::string line);
  // A pod's own name, which texts may tell.
  void name(std::string_view pod, const std::string& call);

  // A line each: chapters begin with "# ".
  std::vector<std::string> lines() const;

 private:
  struct Asked {
    std::string node, verb, call;
    std::vector<std::string> answers;
  };
  struct Life {
    std::string call;
    std::vector<std::string> events;
  };
  struct Chapter {
    std::string title;
    std::map<std::string, std::vector<std::string>> nodes;  // "": the pool
    std::map<std::string, Asked> asked;
    std::map<std::string, Life> lives;
    std::vector<std::string> notes;
  };

  std::string without_names(std::string text) const;
  static std::string history(const Asked& asked);
  static std::string life(const Life& life);

  std::vector<Chapter> chapters_;
  std::map<std::string, std::string, std::less<>> names_;
};

// The lines of two stories beside each other, those that differ marked. Empty: there is no difference.
std::string difference(const std::vector<std::string>& real, const std::vector<std::string>& twin);

}  // namespace bulwark::e2e
