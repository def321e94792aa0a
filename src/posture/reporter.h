#pragma once

#include <concepts>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/edit.h"
#include "document/reader.h"
#include "finding/finding.h"
#include "posture/views.h"

namespace bulwark::posture {

using Edits = std::vector<document::Edit>;

// Edits, as checks write them.
inline document::Edit set(FieldPath path, document::Literal value) {
  return {document::Edit::Kind::set, std::move(path), std::move(value)};
}
inline document::Edit remove(FieldPath path) { return {document::Edit::Kind::remove, std::move(path), {}}; }
inline document::Edit append(FieldPath path, document::Literal value) {
  return {document::Edit::Kind::append, std::move(path), std::move(value)};
}

// What rules are told besides the objects.
struct Settings {
  kube::MinorVersion version = kube::latest_version;  // of Kubernetes, whose rules apply
  // A Pod Security Standard is asked for: a control must then give the standard's answer alone, whether or not
  // another check reports the same fault.
  bool pod_security = false;
  // Where images may come from: "docker.io", "example.azurecr.io/team", "*.azurecr.io". Empty: from anywhere.
  std::vector<std::string> registries;
  // Objects with these labels alone are judged; all others are looked at only where they matter to those.
  kube::LabelSelector labels;

  bool judges(const kube::Object& object) const {
    return labels.empty() || labels.matches(object.metadata.labels);
  }
};

// What a check may add to the finding that it just reported.
class Reported {
 public:
  Reported(finding::Finding& finding, Edits* edits, bool* placed = nullptr)
      : finding_(finding), edits_(edits), placed_(placed) {}

  // The edits that mend it, made only when somebody wants to fix: report.broken(...).fix([&] { return Edits{...};
  // }).
  template <std::invocable F>
  Reported& fix(F&& make) {
    // An object of a living cluster has no text to edit.
    if (!finding_.object->origin.has_text()) return *this;
    finding_.fixable = true;
    if (edits_ != nullptr) *edits_ = std::forward<F>(make)();
    return *this;
  }
  // Why there is no automatic fix; a literal.
  Reported& no_fix(std::string_view why) {
    finding_.no_fix = why;
    return *this;
  }
  // What stands at the place is a secret, which no excerpt may show.
  Reported& confidential() {
    finding_.confidential = true;
    return *this;
  }
  // Another byte of the source to point at than the field's value.
  Reported& at(std::uint32_t offset) {
    if (finding_.object->origin.has_text()) finding_.offset = offset;
    if (placed_ != nullptr) *placed_ = true;
    return *this;
  }
  // Another severity than the check's own, for a worse or a milder case.
  Reported& severity(finding::Severity severity) {
    finding_.severity = severity;
    return *this;
  }

 private:
  finding::Finding& finding_;
  Edits* edits_;
  bool* placed_;
};

// Where the rules put what they find about the object in hand.
class Reporter {
 public:
  Reporter(finding::Collection& into, const Settings& settings) : into_(into), settings_(settings) {}

  // The practice is broken at this field (which may be missing: the finding then points at what should hold it).
  Reported broken(const FieldPath& at, std::string_view message);
  // It cannot be told; `missing` names the evidence that would tell.
  Reported unknown(const FieldPath& at, std::string_view message, std::string_view missing);

  kube::MinorVersion version() const { return settings_.version; }
  bool is_pod_security() const { return settings_.pod_security; }
  const std::vector<std::string>& registries() const { return settings_.registries; }
  // The object as it was read, for rules that need what the typed object does not keep.
  const document::Node& root() const { return *root_; }

  // Keys of this object that its type does not have.
  std::span<const kube::DecodeProblem> unknown_fields() const { return unknown_fields_; }
  // Keys that stand twice in one map of this object.
  std::span<const document::Problem> duplicate_keys() const { return duplicate_keys_; }

  // For the scanner: the object and check in hand.
  void look_at(const kube::Object& object, const document::Node& root,
               std::span<const kube::DecodeProblem> unknown_fields = {},
               std::span<const document::Problem> duplicate_keys = {}) {
    object_ = &object;
    root_ = &root;
    unknown_fields_ = unknown_fields;
    duplicate_keys_ = duplicate_keys;
  }
  void run_as(const finding::Descriptor& check) { check_ = &check; }
  // For the fixer: the edits of each finding, in their order, from now on.
  void collect_edits(std::vector<Edits>& edits) { edits_ = &edits; }

 private:
  Reported add(const FieldPath& at, finding::Finding finding);

  finding::Collection& into_;
  const Settings& settings_;
  const kube::Object* object_ = nullptr;
  const document::Node* root_ = nullptr;
  const finding::Descriptor* check_ = nullptr;
  std::span<const kube::DecodeProblem> unknown_fields_;
  std::span<const document::Problem> duplicate_keys_;
  std::vector<Edits>* edits_ = nullptr;
  std::string field_;  // of the last finding; kept for its memory
};

// Where rules that look at the whole inventory put what they find. Positions come from the outlines of their
// objects; those that lie deeper are pending, and found when the documents are read once more.
class ClusterReporter {
 public:
  struct Pending {
    std::size_t finding;                // index into the collection
    std::vector<document::Step> steps;  // to the field, for the second reading; keys kept by the collection
    Edits edits;
    bool placed = false;  // its offset is known, and needs no second reading
  };

  ClusterReporter(finding::Collection& into, const Settings& settings) : into_(into), settings_(settings) {}

  // Call once for each object that the rule judged, kept or not: it tells the scorecard that the practice applies
  // here.
  void judged(const kube::Object& object);
  Reported broken(const kube::Object& object, const FieldPath& at, std::string_view message);
  Reported unknown(const kube::Object& object, const FieldPath& at, std::string_view message,
                   std::string_view missing);

  kube::MinorVersion version() const { return settings_.version; }

  void run_as(const finding::Descriptor& check) {
    check_ = &check;
    judged_ = 0;
  }
  std::size_t judged_objects() const { return judged_; }
  std::deque<Pending>& pending() { return pending_; }

 private:
  Reported add(const kube::Object& object, const FieldPath& at, finding::Finding finding);

  finding::Collection& into_;
  const Settings& settings_;
  const finding::Descriptor* check_ = nullptr;
  std::size_t judged_ = 0;
  std::deque<Pending> pending_;
  finding::Finding ignored_;  // of an object that is not to be judged
  std::string field_;         // of the last finding; kept for its memory
};

}  // namespace bulwark::posture
