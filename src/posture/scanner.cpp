#include "posture/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

namespace bulwark::posture {

using document::Node;

Counts& Counts::operator+=(const Counts& other) {
  documents += other.documents;
  objects += other.objects;
  unknown_kinds += other.unknown_kinds;
  skipped += other.skipped;
  return *this;
}

Scanner::Scanner(const Selection& selection, const document::Limits& limits)
    : selection_(selection),
      limits_(limits),
      part_(std::make_unique<Part>()),
      reporter_(part_->findings, selection.version()) {
  part_->tally.resize(selection.checks().size());
}

void Scanner::scan_yaml(const document::Source& source, std::uint32_t index, document::Unit unit) {
  source_ = &source;
  source_index_ = index;
  json_ = false;
  document::read_yaml(source, unit, documents_, limits_, *this);
}

void Scanner::scan_json(const document::Source& source, std::uint32_t index, document::Span span,
                        std::size_t padding) {
  source_ = &source;
  source_index_ = index;
  json_ = true;
  document::read_json(source, span, padding, documents_, limits_, *this);
}

void Scanner::on_problem(document::Problem problem) {
  if (problem.severity == document::Problem::Severity::warning) {
    duplicates_.push_back(std::move(problem));
  } else {
    duplicates_.clear();
    part_->errors.push_back({source_index_, problem.offset, std::move(problem.message)});
  }
}

void Scanner::on_document(const Node& root) {
  ++part_->counts.documents;
  on_object(root, kube::Origin::no_item, 0);
  duplicates_.clear();
}

void Scanner::on_object(const Node& node, std::uint32_t item, int depth) {
  if (node.is_null()) {
    ++part_->counts.skipped;
    return;
  }
  const Node* kind = node.find("kind");
  const Node* items = node.find("items");
  if (kind != nullptr && kind->text().ends_with("List") && items != nullptr && items->is_sequence()) {
    constexpr int deepest_list = 8;
    if (depth > deepest_list) {
      part_->errors.push_back({source_index_, node.begin(), "a List inside too many Lists"});
      return;
    }
    for (std::uint32_t i = 0; i < items->items().size(); ++i) on_object(items->items()[i], i, depth + 1);
    return;
  }
  const kube::Origin origin{source_index_, node.begin(), node.end(), node.begin(), item};
  kube::Decoder decoder(part_->arena, source_->text());
  const kube::Object* object = kube::decode_object(node, origin, part_->arena, decoder);
  unknown_fields_.clear();
  for (kube::DecodeProblem& problem : decoder.problems()) {
    if (problem.what == kube::DecodeProblem::What::unknown_field) {
      unknown_fields_.push_back(std::move(problem));
    } else {
      part_->errors.push_back({source_index_, problem.offset, std::move(problem.message)});
    }
  }
  if (object == nullptr) {
    ++part_->counts.skipped;
    return;
  }
  ++part_->counts.objects;
  if (object->kind == kube::ResourceKind::unknown) ++part_->counts.unknown_kinds;
  part_->objects.push_back(object);
  judge(*object, node);
}

void Scanner::judge(const kube::Object& object, const Node& node) {
  duplicates_of_object_.clear();
  for (const document::Problem& duplicate : duplicates_) {
    if (duplicate.offset >= node.begin() && duplicate.offset < node.end())
      duplicates_of_object_.push_back(duplicate);
  }
  reporter_.look_at(object, node, unknown_fields_, duplicates_of_object_);
  const auto start = [&](std::uint32_t index) {
    ++part_->tally[index];
    reporter_.run_as(selection_.checks()[index]->about);
  };
  for (const auto& rule : selection_.objects(object.kind)) {
    start(rule.index);
    rule.run(object, reporter_);
  }
  const kube::PodLocation location = kube::pod_of(object);
  if (location.spec == nullptr) return;
  const PodView pod{object, *location.spec, *location.metadata, location.path, selection_.version()};
  for (const auto& rule : selection_.pods()) {
    start(rule.index);
    rule.run(pod, reporter_);
  }
  if (selection_.containers().empty()) return;
  std::vector<ContainerView> containers;
  for_each_container(pod, [&](const ContainerView& view) { containers.push_back(view); });
  if (containers.empty()) return;
  for (const auto& rule : selection_.containers()) {
    start(rule.index);
    for (const ContainerView& view : containers) rule.run(view, reporter_);
  }
}

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

void locate_pending(Scan& scan, ClusterReporter& reporter, const std::vector<const document::Source*>& sources,
                    const document::Limits& limits) {
  base::Arena arena;
  auto& findings = scan.cluster_findings.findings();
  auto& pending = reporter.pending();
  std::vector<std::size_t> order(pending.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return findings[pending[a].finding].object < findings[pending[b].finding].object;
  });
  for (std::size_t i = 0; i < order.size();) {
    const kube::Object* object = findings[pending[order[i]].finding].object;
    std::size_t last = i;
    while (last < order.size() && findings[pending[order[last]].finding].object == object) ++last;
    const std::function<void(const Node&)> visit = [&](const Node& root) {
      for (std::size_t k = i; k < last; ++k) {
        const ClusterReporter::Pending& each = pending[order[k]];
        if (each.steps.empty()) continue;
        FieldPath path;
        for (const auto& [key, index] : each.steps) {
          path = index == document::Step::no_index ? std::move(path) / std::string_view(key)
                                                   : std::move(path) / static_cast<std::size_t>(index);
        }
        const document::Located where = document::locate(root, path);
        findings[each.finding].offset = where.offset(where.steps == path.steps().size());
      }
    };
    const document::Source& source = *sources[object->origin.source];
    Revisit sink(object->origin, visit);
    document::read_yaml(source, {object->origin.begin, object->origin.end}, arena, limits, sink);
    i = last;
  }
}

}  // namespace

Scan finish(std::vector<Part> parts, const Selection& selection,
            const std::vector<const document::Source*>& sources, const document::Limits& limits,
            std::vector<std::pair<finding::Finding*, Edits>>* cluster_edits) {
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
  locate_pending(scan, reporter, sources, limits);
  if (cluster_edits != nullptr) {
    for (ClusterReporter::Pending& each : reporter.pending()) {
      cluster_edits->emplace_back(&scan.cluster_findings.findings()[each.finding], std::move(each.edits));
    }
  }

  for (Part& part : scan.parts) {
    for (finding::Finding& finding : part.findings.findings()) scan.findings.push_back(&finding);
  }
  for (finding::Finding& finding : scan.cluster_findings.findings()) scan.findings.push_back(&finding);
  std::sort(scan.findings.begin(), scan.findings.end(), [](const finding::Finding* a, const finding::Finding* b) {
    const auto key = [](const finding::Finding* f) {
      return std::tuple(f->object->origin.source, f->offset, f->check->id, f->field, f->message);
    };
    return key(a) < key(b);
  });
  std::sort(scan.errors.begin(), scan.errors.end(), [](const ScanError& a, const ScanError& b) {
    return std::tie(a.source, a.offset, a.message) < std::tie(b.source, b.offset, b.message);
  });
  return scan;
}

}  // namespace bulwark::posture
