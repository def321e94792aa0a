#include "posture/reporter.h"

namespace bulwark::posture {

using finding::Finding;
using finding::Verdict;

Reported Reporter::broken(const FieldPath& at, std::string_view message) {
  return add(at, Finding{.message = message, .verdict = Verdict::broken});
}

Reported Reporter::unknown(const FieldPath& at, std::string_view message, std::string_view missing) {
  return add(at, Finding{.message = message, .missing = missing, .verdict = Verdict::unknown});
}

Reported Reporter::add(const FieldPath& at, Finding finding) {
  finding.check = check_;
  finding.object = object_;
  finding.severity = check_->severity;
  field_.clear();
  at.append_text(field_);
  finding.field = into_.keep(field_);
  finding.message = into_.keep(finding.message);
  if (!finding.missing.empty()) finding.missing = into_.keep(finding.missing);
  finding.offset = object_->origin.at;
  if (object_->origin.has_text() && !at.empty()) {
    const document::Located where = document::locate(*root_, at);
    finding.offset = where.offset(where.steps == at.steps().size());
  }
  Edits* edits = nullptr;
  if (edits_ != nullptr) edits = &edits_->emplace_back();
  return {into_.add(finding), edits};
}

void ClusterReporter::judged(const kube::Object& object) { judged_ += settings_.judges(object) ? 1 : 0; }

Reported ClusterReporter::broken(const kube::Object& object, const FieldPath& at, std::string_view message) {
  return add(object, at, Finding{.message = message, .verdict = Verdict::broken});
}

Reported ClusterReporter::unknown(const kube::Object& object, const FieldPath& at, std::string_view message,
                                  std::string_view missing) {
  return add(object, at, Finding{.message = message, .missing = missing, .verdict = Verdict::unknown});
}

Reported ClusterReporter::add(const kube::Object& object, const FieldPath& at, Finding finding) {
  finding.check = check_;
  finding.object = &object;
  finding.severity = check_->severity;
  if (!settings_.judges(object)) {
    ignored_ = finding;
    return {ignored_, nullptr};
  }
  field_.clear();
  at.append_text(field_);
  finding.field = into_.keep(field_);
  finding.message = into_.keep(finding.message);
  if (!finding.missing.empty()) finding.missing = into_.keep(finding.missing);
  const auto offset = object.origin.outline.offset(at);
  finding.offset = at.empty() ? object.origin.at : offset.value_or(object.origin.at);
  Pending& pending = pending_.emplace_back();
  pending.finding = into_.findings().size();
  pending.placed = at.empty() || offset.has_value() || !object.origin.has_text();
  if (!pending.placed) {
    pending.steps.reserve(at.steps().size());
    // The paths of checks may point into texts that do not last.
    for (const document::Step& step : at.steps()) pending.steps.push_back({into_.keep(step.key), step.index});
  }
  return {into_.add(finding), &pending.edits, &pending.placed};
}

}  // namespace bulwark::posture
