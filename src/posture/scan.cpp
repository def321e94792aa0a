#include "posture/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>
#include <unordered_map>

namespace bulwark::posture {

using document::Node;
using finding::Finding;

namespace {

// Reads the document of one object again and hands its node to the visitor.
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
  for (const auto& [key, index] : pending.steps) {
    path = index == document::Step::no_index ? std::move(path) / std::string_view(key)
                                             : std::move(path) / static_cast<std::size_t>(index);
  }
  return path;
}

// Fills in the offsets of findings that were made without the document at hand.
void locate(std::vector<Finding>& findings, const std::vector<ClusterReporter::Pending>& pending,
            const std::vector<const document::Source*>& sources, const document::Limits& limits) {
  std::unordered_map<const kube::Object*, std::vector<const ClusterReporter::Pending*>> by_object;
  for (const auto& each : pending) {
    if (!each.steps.empty() && !each.placed) by_object[findings[each.finding].object].push_back(&each);
  }
  base::Arena arena;
  for (const auto& [object, group] : by_object) {
    const std::function<void(const Node&)> visit = [&](const Node& root) {
      for (const ClusterReporter::Pending* each : group) {
        const FieldPath path = path_of(*each);
        const document::Located where = document::locate(root, path);
        findings[each->finding].offset = where.offset(where.steps == path.steps().size());
      }
    };
    Revisit sink(object->origin, visit);
    // A block that is indented, as in a List or in Markdown, must be read from the start of its line.
    const document::Source& source = *sources[object->origin.source];
    std::uint32_t begin = object->origin.begin;
    while (begin > 0 && source.text()[begin - 1] == ' ') --begin;
    document::read_yaml(source, {begin, object->origin.end}, arena, limits, sink);
  }
}

// Marks what exceptions cover, and reports those that have ended or cover nothing.
class ExceptionBook {
 public:
  ExceptionBook(const Exceptions& exceptions, ClusterReporter& reporter)
      : exceptions_(exceptions), report_(reporter) {}

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
    } else if (!used) {
      report_.run_as(finding::exception_unused);
      report_.broken(object, at, fmt::format("the exception for {} covers no finding", exception.check));
    }
  }

  const Exceptions& exceptions_;
  ClusterReporter& report_;
};

void sort_findings(std::vector<Finding*>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding* a, const Finding* b) {
    if (a->object->origin.source != b->object->origin.source) {
      return a->object->origin.source < b->object->origin.source;
    }
    if (a->offset != b->offset) return a->offset < b->offset;
    return std::tie(a->check->id, a->field, a->message) < std::tie(b->check->id, b->field, b->message);
  });
}

}  // namespace

Scan finish(std::vector<Part> parts, const Selection& selection,
            const std::vector<const document::Source*>& sources, const document::Limits& limits,
            const Exceptions& exceptions) {
  Scan scan;
  scan.parts = std::move(parts);
  scan.tally.resize(selection.checks().size());
  std::vector<const kube::Object*> objects;
  for (Part& part : scan.parts) {
    scan.counts += part.counts;
    for (std::size_t i = 0; i < scan.tally.size(); ++i) scan.tally[i] += part.tally[i];
    objects.insert(objects.end(), part.objects.begin(), part.objects.end());
    scan.errors.insert(scan.errors.end(), std::make_move_iterator(part.errors.begin()),
                       std::make_move_iterator(part.errors.end()));
  }
  // The order of the input, whichever thread read what.
  std::sort(objects.begin(), objects.end(), [](const kube::Object* a, const kube::Object* b) {
    return std::pair(a->origin.source, a->origin.at) < std::pair(b->origin.source, b->origin.at);
  });
  for (const kube::Object* object : objects) scan.inventory.add(*object);

  ClusterReporter reporter(scan.cluster_findings, selection.version());
  for (const auto& rule : selection.cluster()) {
    reporter.run_as(selection.checks()[rule.index]->about);
    rule.run(scan.inventory, reporter);
    scan.tally[rule.index] += static_cast<std::uint32_t>(reporter.judged_objects());
  }
  auto& cluster_findings = scan.cluster_findings.findings();
  locate(cluster_findings, reporter.pending(), sources, limits);
  for (ClusterReporter::Pending& each : reporter.pending()) {
    if (!each.edits.empty())
      scan.cluster_edits.emplace_back(&cluster_findings[each.finding], std::move(each.edits));
  }

  for (Part& part : scan.parts) {
    for (Finding& finding : part.findings.findings()) scan.findings.push_back(&finding);
  }
  for (Finding& finding : cluster_findings) scan.findings.push_back(&finding);

  ClusterReporter exception_reporter(scan.exception_findings, selection.version());
  ExceptionBook(exceptions, exception_reporter).apply(scan);
  auto& exception_findings = scan.exception_findings.findings();
  locate(exception_findings, exception_reporter.pending(), sources, limits);
  for (Finding& finding : exception_findings) scan.findings.push_back(&finding);

  sort_findings(scan.findings);
  std::sort(scan.errors.begin(), scan.errors.end(), [](const ScanError& a, const ScanError& b) {
    return std::tie(a.source, a.offset, a.message) < std::tie(b.source, b.offset, b.message);
  });
  return scan;
}

}  // namespace bulwark::posture
