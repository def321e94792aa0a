#include "posture/second_reading.h"

#include <algorithm>
#include <functional>
#include <span>
#include <tuple>

namespace bulwark::posture {

using document::Node;

namespace {

// Finds the node of one object in its document, and hands it to the visitor.
class Revisit : public document::DocumentSink {
 public:
  Revisit(const kube::Origin& origin, const std::function<void(const Node&)>& visit)
      : origin_(origin), visit_(visit) {}
  void on_document(const Node& root) override { find(root); }
  void on_problem(document::Problem) override {}

 private:
  void find(const Node& node) {
    if (node.begin() == origin_.at) {
      visit_(node);
      return;
    }
    if (const Node* items = node.find("items"); items != nullptr) {
      for (const Node& item : items->items()) {
        if (item.begin() <= origin_.at && origin_.at < item.end()) find(item);
      }
    }
  }

  const kube::Origin& origin_;
  const std::function<void(const Node&)>& visit_;
};

FieldPath path_of(const ClusterReporter::Pending& pending) {
  FieldPath path;
  for (const document::Step& step : pending.steps) {
    path = step.is_index() ? std::move(path) / step.index : std::move(path) / step.key;
  }
  return path;
}

void place_in_object(std::span<const Unplaced> group, const std::vector<const document::Source*>& sources,
                     const document::Limits& limits, base::Arena& arena) {
  const kube::Origin& origin = group.front().finding->object->origin;
  const std::function<void(const Node&)> visit = [&](const Node& root) {
    for (const Unplaced& each : group) {
      const FieldPath path = path_of(*each.pending);
      const document::Located where = document::locate(root, path);
      each.finding->offset = where.offset(where.steps == path.steps().size());
    }
  };
  Revisit sink(origin, visit);
  // A block that is indented, as in a List or in Markdown, must be read from the start of its line.
  const document::Source& source = *sources[origin.source];
  std::uint32_t begin = origin.begin;
  while (begin > 0 && source.text()[begin - 1] == ' ') --begin;
  document::read_yaml(source, {begin, origin.end}, arena, limits, sink);
}

}  // namespace

void collect_unplaced(finding::Collection& findings, ClusterReporter& reporter, std::vector<Unplaced>& into) {
  for (const ClusterReporter::Pending& each : reporter.pending()) {
    if (!each.placed) into.push_back({&findings.findings()[each.finding], &each});
  }
}

void place(std::vector<Unplaced>& unplaced, const std::vector<const document::Source*>& sources,
           const document::Limits& limits, const base::ForEach& for_each) {
  const auto where = [](const Unplaced& each) {
    const kube::Origin& origin = each.finding->object->origin;
    return std::tuple(origin.source, origin.at, each.finding->object);
  };
  std::sort(unplaced.begin(), unplaced.end(),
            [&](const Unplaced& a, const Unplaced& b) { return where(a) < where(b); });
  std::vector<std::span<const Unplaced>> groups;
  for (auto begin = unplaced.begin(); begin != unplaced.end();) {
    const auto end = std::find_if(begin, unplaced.end(), [&](const Unplaced& each) {
      return each.finding->object != begin->finding->object;
    });
    groups.emplace_back(begin, end);
    begin = end;
  }
  // So many objects at a time that the handing out costs little.
  constexpr std::size_t at_once = 64;
  for_each((groups.size() + at_once - 1) / at_once, [&](std::size_t i) {
    base::Arena arena;
    for (std::size_t k = i * at_once; k < std::min((i + 1) * at_once, groups.size()); ++k) {
      place_in_object(groups[k], sources, limits, arena);
    }
  });
}

}  // namespace bulwark::posture
