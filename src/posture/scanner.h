#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "finding/finding.h"
#include "kube/inventory.h"
#include "posture/selection.h"

namespace bulwark::posture {

// Something that could not be read or judged, with its place.
struct ScanError {
  std::uint32_t source = 0;
  std::uint32_t offset = 0;
  std::string message;
};

// How often each selected check was applied to something; broken and unknown are counted from the findings.
using Tally = std::vector<std::uint32_t>;

struct Counts {
  std::uint64_t documents = 0;
  std::uint64_t objects = 0;
  std::uint64_t unknown_kinds = 0;  // objects of kinds that are not decoded
  std::uint64_t skipped = 0;        // documents that are empty, or no Kubernetes objects

  Counts& operator+=(const Counts& other);
};

// What the scan of a part of the input gave. Movable; objects and findings live as long as it does, and as long as
// the sources' text.
struct Part {
  base::Arena arena;
  std::vector<const kube::Object*> objects;
  finding::Collection findings;
  std::vector<ScanError> errors;
  Tally tally;
  Counts counts;
};

// Ordinals of a living cluster's objects are given out kind by kind, so many to each: no cluster has more of one.
inline constexpr std::uint32_t ordinals_of_a_kind = 1U << 25;

// Scans parts of sources, one after the other, into one Part. One scanner per thread.
class Scanner : private document::DocumentSink {
 public:
  Scanner(const Selection& selection, const document::Limits& limits);

  void scan_yaml(const document::Source& source, std::uint32_t index, document::Unit unit);
  void scan_json(const document::Source& source, std::uint32_t index, document::Span span, std::size_t padding);

  // Items of a List, each read on its own.
  void scan_json_items(const document::Source& source, std::uint32_t index, std::span<const document::Span> items,
                       std::size_t padding);
  void count_document() { ++part_->counts.documents; }

  // An object of a living cluster, nothing of whose text is kept. Its findings stand at `ordinal`, its place among
  // all objects of the source. The object lives in the Part.
  void scan_object(const document::Node& node, std::uint32_t index, std::uint32_t ordinal) {
    scan_object(node, index, ordinal, part_->arena);
  }
  // The same for an object that lives elsewhere; nullptr when it is none.
  const kube::Object* scan_object(const document::Node& node, std::uint32_t index, std::uint32_t ordinal,
                                  base::Arena& arena);
  // What was found wrong before anything was read.
  void add_error(std::uint32_t source, std::uint32_t offset, std::string message) {
    part_->errors.push_back({source, offset, std::move(message)});
  }

  // For the fixer: the edits of each finding, in the findings' order.
  void collect_edits(std::vector<Edits>& edits) { reporter_.collect_edits(edits); }

  Part take() { return std::move(*part_); }
  // For whoever copies what he needs of the Part: its content, and how to forget it.
  const Part& part() const { return *part_; }
  void forget();

 private:
  void on_document(const document::Node& root) override;
  void on_problem(document::Problem problem) override;
  void on_object(const document::Node& node, int depth);
  const kube::Object* add(const document::Node& node, const kube::Origin& origin, std::string_view text,
                          base::Arena& arena);
  void judge(const kube::Object& object, const document::Node& node);

  const Selection& selection_;
  const document::Limits& limits_;
  std::unique_ptr<Part> part_;  // on the heap, for the reporter keeps its address
  Reporter reporter_;
  base::Arena documents_;
  const document::Source* source_ = nullptr;
  std::uint32_t source_index_ = 0;
  bool json_ = false;
  std::vector<document::Problem> duplicates_;  // of the document in hand
  std::vector<document::Problem> duplicates_of_object_;
  std::vector<kube::DecodeProblem> unknown_fields_;
  std::vector<ContainerView> containers_;  // of the pod in hand
};

}  // namespace bulwark::posture
