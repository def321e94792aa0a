#include "posture/scanner.h"

#include <algorithm>

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
      reporter_(part_->findings, selection.settings()) {
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

void Scanner::scan_json_items(const document::Source& source, std::uint32_t index,
                              std::span<const document::Span> items, std::size_t padding) {
  const std::uint64_t documents = part_->counts.documents;
  for (const document::Span item : items) scan_json(source, index, item, padding);
  // The List is the document, and it is counted by whoever took it apart.
  part_->counts.documents = documents;
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
  on_object(root, 0);
  duplicates_.clear();
}

void Scanner::on_object(const Node& node, int depth) {
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
    for (const Node& item : items->items()) on_object(item, depth + 1);
    return;
  }
  add(node,
      {source_index_, node.begin(), node.end(), node.begin(), json_,
       document::Outline(node, source_->text(), part_->arena)},
      source_->text(), part_->arena);
}

const kube::Object* Scanner::scan_object(const Node& node, std::uint32_t index, std::uint32_t ordinal,
                                         base::Arena& arena) {
  source_index_ = index;
  duplicates_.clear();
  return add(node, {.source = index, .at = ordinal, .json = true, .outline = {}}, {}, arena);
}

void Scanner::forget() {
  part_->arena.reset();
  part_->objects.clear();
  part_->findings.clear();
  part_->errors.clear();
  std::fill(part_->tally.begin(), part_->tally.end(), 0U);
  part_->counts = {};
}

const kube::Object* Scanner::add(const Node& node, const kube::Origin& origin, std::string_view text,
                                 base::Arena& arena) {
  kube::Decoder decoder(arena, text);
  const kube::Object* object = kube::decode_object(node, origin, arena, decoder);
  unknown_fields_.clear();
  for (kube::DecodeProblem& problem : decoder.problems()) {
    if (problem.what != kube::DecodeProblem::What::unknown_field) {
      part_->errors.push_back(
          {source_index_, origin.has_text() ? problem.offset : origin.at, std::move(problem.message)});
    } else if (origin.has_text()) {
      // (An API server knows the fields that it serves.)
      unknown_fields_.push_back(std::move(problem));
    }
  }
  if (object == nullptr) {
    ++part_->counts.skipped;
    return nullptr;
  }
  part_->objects.push_back(object);
  if (!selection_.settings().judges(*object)) return object;
  ++part_->counts.objects;
  if (object->kind == kube::ResourceKind::unknown) ++part_->counts.unknown_kinds;
  judge(*object, node);
  return object;
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
  containers_.clear();
  for_each_container(pod, [&](const ContainerView& view) { containers_.push_back(view); });
  if (containers_.empty()) return;
  for (const auto& rule : selection_.containers()) {
    start(rule.index);
    for (const ContainerView& view : containers_) rule.run(view, reporter_);
  }
}

}  // namespace bulwark::posture
