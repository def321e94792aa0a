#include "posture/fixer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "document/diff.h"
#include "posture/cluster_proof.h"
#include "posture/object_fixer.h"
#include "posture/shared_nodes.h"

namespace bulwark::posture {

using document::Source;
using finding::Finding;

namespace {

bool is_open(const Finding& finding) { return !finding.excepted && finding.verdict == finding::Verdict::broken; }

using ByObject = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const Finding*>>;

// The open findings of each object that has one to mend. Those that cannot be mended as yet are among them:
// another fix may change that.
ByObject group_by_object(const Scan& scan) {
  ByObject groups;
  for (const Finding* finding : scan.findings) {
    if (is_open(*finding)) groups[{finding->object->origin.source, finding->object->origin.at}].push_back(finding);
  }
  std::erase_if(groups, [](const auto& group) {
    return std::none_of(group.second.begin(), group.second.end(),
                        [](const Finding* each) { return each->fixable; });
  });
  return groups;
}

std::string assemble(std::string_view text, const std::vector<const Slice*>& slices) {
  std::string out;
  std::uint32_t at = 0;
  for (const Slice* slice : slices) {
    out += text.substr(at, slice->begin - at);
    out += slice->replacement();
    at = slice->end;
  }
  out += text.substr(at);
  return out;
}

FixOutcome outcome_of(const Finding& finding, const std::map<const kube::Object*, const ObjectFixer*>& fixers) {
  FixOutcome outcome{&finding, finding.fixable, {}, {}};
  const auto found = fixers.find(finding.object);
  if (found != fixers.end()) {
    const Mended& mended = found->second->mended();
    const FindingKey key = key_of(finding);
    if (const auto changed = mended.changed.find(key); changed != mended.changed.end()) {
      outcome.fixed = true;
      outcome.changed = changed->second;
    } else if (const auto refused = mended.refused.find(key); refused != mended.refused.end()) {
      outcome.fixed = false;
      if (finding.fixable) outcome.reason = refused->second;
    }
  }
  if (!outcome.fixed && outcome.reason.empty())
    outcome.reason = finding.no_fix.empty() ? std::string_view("there is no safe automatic fix") : finding.no_fix;
  return outcome;
}

// The fixers of all objects that have something to mend, made to agree.
class Fixers {
 public:
  Fixers(const Scan& scan, const Selection& selection, const std::vector<const Source*>& sources,
         const document::Limits& limits)
      : selection_(selection), sources_(sources), limits_(limits), proof_(scan.inventory, selection) {}

  // `wanted`: findings of one object.
  ObjectFixer& add(const kube::Object& object, std::set<FindingKey> wanted) {
    const Source& source = *sources_[object.origin.source];
    auto fixer = std::make_unique<ObjectFixer>(slice_of(object, source), std::move(wanted), selection_, limits_);
    if (is_shared(object)) {
      fixer->refuse("it shares nodes with its neighbours, and an edit would change them, too");
    } else {
      proof_.add(object, *fixer);
    }
    return *fixers_.emplace_back(std::move(fixer));
  }

  void mend() {
    for (const auto& fixer : fixers_) fixer->mend();
    proof_.settle();
    // Each round mends or refuses something; a fix may let another one be made.
    for (auto edits = proof_.edits(); !edits.empty(); edits = proof_.edits()) {
      for (const auto& [fixer, each] : edits) fixer->make(each);
      proof_.settle();
    }
  }

 private:
  bool is_shared(const kube::Object& object) {
    if (object.origin.json) return false;
    const std::uint32_t source = object.origin.source;
    return shared_.try_emplace(source, *sources_[source], limits_).first->second.is_shared(object);
  }

  const Selection& selection_;
  const std::vector<const Source*>& sources_;
  const document::Limits& limits_;
  ClusterProof proof_;
  std::map<std::uint32_t, SharedNodes> shared_;
  std::vector<std::unique_ptr<ObjectFixer>> fixers_;
};

}  // namespace

Fixes fix(const Scan& scan, const Selection& selection, const std::vector<const Source*>& sources,
          const document::Limits& limits) {
  Fixers fixers(scan, selection, sources, limits);
  std::map<const kube::Object*, const ObjectFixer*> by_object;
  const ByObject groups = group_by_object(scan);
  for (const auto& [place, findings] : groups) {
    std::set<FindingKey> wanted;
    for (const Finding* finding : findings) wanted.insert(key_of(*finding));
    const kube::Object& object = *findings.front()->object;
    by_object.emplace(&object, &fixers.add(object, std::move(wanted)));
  }
  fixers.mend();
  Fixes fixes;
  std::map<std::uint32_t, std::vector<const Slice*>> slices;
  for (const auto& [place, findings] : groups) {
    const ObjectFixer& fixer = *by_object.at(findings.front()->object);
    if (fixer.is_changed()) slices[place.first].push_back(&fixer.slice());
  }
  for (const auto& [source, changed] : slices) {
    fixes.sources.push_back({source, assemble(sources[source]->text(), changed)});
  }
  for (const Finding* finding : scan.findings) {
    if (is_open(*finding)) fixes.outcomes.push_back(outcome_of(*finding, by_object));
  }
  return fixes;
}

std::string diff_of(const Finding& finding, const Scan& scan, const Selection& selection,
                    const std::vector<const Source*>& sources, const document::Limits& limits) {
  if (!is_open(finding) || !finding.fixable) return {};
  const kube::Object& object = *finding.object;
  // The API server takes no object of more than a few megabytes (etcd's limit), and each proof reads it anew.
  constexpr std::uint32_t largest = 8U << 20;
  if (!object.origin.has_text() || object.origin.end - object.origin.begin > largest) return {};
  const Source& source = *sources[object.origin.source];
  const Slice before = slice_of(object, source);
  if (!object.origin.json && SharedNodes(source, limits).is_shared(object)) return {};
  ObjectFixer fixer(before, {key_of(finding)}, selection, limits);
  fixer.mend();
  for (const auto& [each, edits] : scan.cluster_edits) {
    if (each == &finding) fixer.make({{key_of(finding), edits}});
  }
  if (!fixer.is_changed()) return {};
  return document::unified_diff(before.text, fixer.slice().text,
                                {.old_name = source.name(),
                                 .new_name = source.name(),
                                 .context = 2,
                                 .first_line = source.position(before.begin).line});
}

}  // namespace bulwark::posture
