#include "posture/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>

#include "posture/owners.h"
#include "posture/second_reading.h"

namespace bulwark::posture {

using finding::Finding;

namespace {

// Marks what exceptions cover, and reports those that have ended or cover nothing.
class ExceptionBook {
 public:
  ExceptionBook(const Exceptions& exceptions, const Settings& settings, ClusterReporter& reporter)
      : exceptions_(exceptions), settings_(settings), report_(reporter) {}

  void apply(Scan& scan) {
    std::vector<bool> used(exceptions_.list.size()), expired(exceptions_.list.size());
    std::unordered_map<const kube::Object*, std::vector<Entry>> annotated;
    for (const kube::Object* object : scan.inventory.all()) {
      const std::string_view text = kube::find_label(object->metadata.annotations, finding::ignore_annotation);
      if (text.data() == nullptr) continue;
      for (finding::Exception& entry : finding::parse_annotation(text)) {
        annotated[object].push_back({std::move(entry)});
      }
    }
    for (Finding* finding : scan.findings) {
      for (std::size_t i = 0; i < exceptions_.list.size(); ++i) {
        if (!exceptions_.list[i].covers(*finding)) continue;
        (exceptions_.list[i].is_expired(exceptions_.today) ? expired : used)[i] = true;
        if (!exceptions_.list[i].is_expired(exceptions_.today)) finding->excepted = true;
      }
      if (annotated.empty()) continue;
      const auto found = annotated.find(finding->object);
      if (found == annotated.end()) continue;
      for (Entry& entry : found->second) {
        if (entry.exception.check.empty() || !entry.exception.covers(*finding)) continue;
        const bool over = entry.exception.is_expired(exceptions_.today);
        (over ? entry.expired : entry.used) = true;
        if (!over) finding->excepted = true;
      }
    }
    for (std::size_t i = 0; i < exceptions_.list.size(); ++i) {
      say(*exceptions_.file, FieldPath("exceptions") / i, exceptions_.list[i], used[i]);
    }
    for (const kube::Object* object : scan.inventory.all()) {
      const auto found = annotated.find(object);
      if (found == annotated.end()) continue;
      const FieldPath at = FieldPath("metadata") / "annotations" / finding::ignore_annotation;
      for (const Entry& entry : found->second) say(*object, at, entry.exception, entry.used);
    }
  }

 private:
  struct Entry {
    finding::Exception exception;
    bool used = false;
    bool expired = false;
  };

  void say(const kube::Object& object, const FieldPath& at, const finding::Exception& exception, bool used) {
    if (exception.check.empty()) {
      report_.run_as(finding::exception_unused);
      report_.broken(object, at, fmt::format("the exception \"{}\" cannot be read", exception.reason));
    } else if (exception.is_expired(exceptions_.today)) {
      report_.run_as(finding::exception_expired);
      report_.broken(object, at,
                     fmt::format("the exception for {} ended on {}", exception.check, exception.expires->text()));
    } else if (!used && settings_.labels.empty()) {
      // (It may cover an object that is not judged this time.)
      report_.run_as(finding::exception_unused);
      report_.broken(object, at, fmt::format("the exception for {} covers no finding", exception.check));
    }
  }

  const Exceptions& exceptions_;
  const Settings& settings_;
  ClusterReporter& report_;
};

// The order of the report.
bool comes_before(const Finding* a, const Finding* b) {
  if (a->object->origin.source != b->object->origin.source) {
    return a->object->origin.source < b->object->origin.source;
  }
  if (a->offset != b->offset) return a->offset < b->offset;
  return std::tie(a->check->id, a->field, a->message) < std::tie(b->check->id, b->field, b->message);
}

// The findings of one collection in order. Those of a part come object by object, mostly in the objects' order, so
// that short sorts do.
std::vector<Finding*> sorted(finding::Collection& collection) {
  std::vector<Finding*> all;
  all.reserve(collection.findings().size());
  for (Finding& finding : collection.findings()) all.push_back(&finding);
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end =
        std::find_if(begin, all.end(), [&](const Finding* each) { return each->object != (*begin)->object; });
    std::sort(begin, end, comes_before);
    begin = end;
  }
  if (!std::is_sorted(all.begin(), all.end(), comes_before)) std::sort(all.begin(), all.end(), comes_before);
  return all;
}

// Joins lists that are in order each, two by two.
std::vector<Finding*> merged(std::vector<std::vector<Finding*>> lists, const base::ForEach& for_each) {
  if (lists.empty()) return {};
  while (lists.size() > 1) {
    std::vector<std::vector<Finding*>> next((lists.size() + 1) / 2);
    for_each(next.size(), [&](std::size_t i) {
      if (2 * i + 1 == lists.size()) {
        next[i] = std::move(lists[2 * i]);
        return;
      }
      const auto &a = lists[2 * i], &b = lists[2 * i + 1];
      next[i].resize(a.size() + b.size());
      std::merge(a.begin(), a.end(), b.begin(), b.end(), next[i].begin(), comes_before);
    });
    lists = std::move(next);
  }
  return std::move(lists.front());
}

std::vector<const kube::Object*> in_input_order(const std::vector<Part>& parts) {
  const auto before = [](const kube::Object* a, const kube::Object* b) {
    return std::pair(a->origin.source, a->origin.at) < std::pair(b->origin.source, b->origin.at);
  };
  std::vector<const kube::Object*> objects;
  for (const Part& part : parts) {
    const auto middle = static_cast<std::ptrdiff_t>(objects.size());
    objects.insert(objects.end(), part.objects.begin(), part.objects.end());
    const auto added = objects.begin() + middle;
    if (!std::is_sorted(added, objects.end(), before)) std::sort(added, objects.end(), before);
    std::vector<const kube::Object*> both(objects.size());
    std::merge(objects.begin(), added, added, objects.end(), both.begin(), before);
    objects = std::move(both);
  }
  return objects;
}

// Runs the checks that need to see everything, each into a collection of its own.
void run_cluster_rules(Scan& scan, const Selection& selection, const std::vector<const document::Source*>& sources,
                       const document::Limits& limits, const base::ForEach& for_each) {
  const auto& rules = selection.cluster();
  scan.cluster_findings.resize(rules.size());
  std::vector<ClusterReporter> reporters;
  reporters.reserve(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    reporters.emplace_back(scan.cluster_findings[i], selection.settings());
    reporters[i].run_as(selection.checks()[rules[i].index]->about);
  }
  for_each(rules.size(), [&](std::size_t i) { rules[i].run(scan.inventory, reporters[i]); });

  std::vector<Unplaced> unplaced;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    scan.tally[rules[i].index] += static_cast<std::uint32_t>(reporters[i].judged_objects());
    collect_unplaced(scan.cluster_findings[i], reporters[i], unplaced);
    for (ClusterReporter::Pending& each : reporters[i].pending()) {
      if (each.edits.empty()) continue;
      scan.cluster_edits.emplace_back(&scan.cluster_findings[i].findings()[each.finding], std::move(each.edits));
    }
  }
  place(unplaced, sources, limits, for_each);
}

}  // namespace

Scan finish(std::vector<Part> parts, const Selection& selection,
            const std::vector<const document::Source*>& sources, const document::Limits& limits,
            const Exceptions& exceptions, const base::ForEach& for_each) {
  Scan scan;
  scan.parts = std::move(parts);
  scan.tally.resize(selection.checks().size());
  for (Part& part : scan.parts) {
    scan.counts += part.counts;
    for (std::size_t i = 0; i < scan.tally.size(); ++i) scan.tally[i] += part.tally[i];
    scan.errors.insert(scan.errors.end(), std::make_move_iterator(part.errors.begin()),
                       std::make_move_iterator(part.errors.end()));
  }
  std::vector<std::vector<Finding*>> lists(scan.parts.size());
  for_each(lists.size(), [&](std::size_t i) { lists[i] = sorted(scan.parts[i].findings); });
  see_together(scan, in_input_order(scan.parts), std::move(lists), selection, sources, limits, exceptions,
               for_each);
  return scan;
}

void see_together(Scan& scan, std::span<const kube::Object* const> objects,
                  std::vector<std::vector<Finding*>> lists, const Selection& selection,
                  const std::vector<const document::Source*>& sources, const document::Limits& limits,
                  const Exceptions& exceptions, const base::ForEach& for_each) {
  scan.inventory.add(objects, for_each);
  run_cluster_rules(scan, selection, sources, limits, for_each);

  const std::size_t first = lists.size();
  lists.resize(first + scan.cluster_findings.size());
  for_each(scan.cluster_findings.size(),
           [&](std::size_t i) { lists[first + i] = sorted(scan.cluster_findings[i]); });
  scan.findings = merged(std::move(lists), for_each);

  ClusterReporter exception_reporter(scan.exception_findings, selection.settings());
  ExceptionBook(exceptions, selection.settings(), exception_reporter).apply(scan);
  if (scan.inventory.has_owned()) join_with_owners(scan.findings, scan.inventory);
  if (!scan.exception_findings.findings().empty()) {
    std::vector<Unplaced> unplaced;
    collect_unplaced(scan.exception_findings, exception_reporter, unplaced);
    place(unplaced, sources, limits, for_each);
    scan.findings = merged({std::move(scan.findings), sorted(scan.exception_findings)}, for_each);
  }
  std::sort(scan.errors.begin(), scan.errors.end(), [](const ScanError& a, const ScanError& b) {
    return std::tie(a.source, a.offset, a.message) < std::tie(b.source, b.offset, b.message);
  });
}

}  // namespace bulwark::posture
