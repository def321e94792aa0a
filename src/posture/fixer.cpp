#include "posture/fixer.h"

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <span>

#include "document/diff.h"
#include "posture/shared_nodes.h"

namespace bulwark::posture {

using document::Source;
using finding::Finding;

namespace {

// A finding within one object: the check and the field.
using Key = std::pair<std::string, std::string>;
Key key_of(const Finding& finding) { return {std::string(finding.check->id), std::string(finding.field)}; }

// The text of one object, made to stand alone: padded to its column, so that the lines of a block keep their
// places.
struct Slice {
  std::uint32_t begin = 0;  // bytes of the source that it replaces
  std::uint32_t end = 0;
  std::uint32_t padding = 0;
  bool json = false;
  std::string text;

  std::string replacement() const { return text.substr(padding); }
};

Slice slice_of(const kube::Object& object, const Source& source) {
  Slice slice;
  const std::string_view text = source.text();
  slice.begin = object.origin.at;
  slice.end = object.origin.end;
  slice.json = object.origin.json;
  std::uint32_t column = 0;
  while (column < slice.begin && text[slice.begin - 1 - column] != '\n') ++column;
  // A flow collection (and JSON) may begin anywhere; only a block needs its column.
  const bool block = text[slice.begin] != '{';
  slice.padding = block ? column : 0;
  slice.text = std::string(slice.padding, ' ') + std::string(text.substr(slice.begin, slice.end - slice.begin));
  return slice;
}

struct Judged {
  std::multiset<Key> keys;
  std::vector<std::pair<Key, Edits>> fixable;
  Part part;
  bool readable = false;
};

// Reads and judges texts of one object alone. Keeps every text that it was given, for edits' paths point into it.
class Judge {
 public:
  Judge(const Selection& selection, const document::Limits& limits) : selection_(selection), limits_(limits) {}

  Judged judge(std::string_view text, bool json) {
    constexpr std::size_t padding = 64;  // zero bytes that the JSON reader may look at
    const std::string& kept = texts_.emplace_back(std::string(text) + std::string(padding, '\0'));
    const Source source("", std::string_view(kept).substr(0, text.size()));
    Scanner scanner(selection_, limits_);
    std::vector<Edits> edits;
    scanner.collect_edits(edits);
    const auto size = static_cast<std::uint32_t>(text.size());
    if (json) {
      scanner.scan_json(source, 0, {0, size}, padding);
    } else {
      scanner.scan_yaml(source, 0, {0, size});
    }
    Judged judged;
    judged.part = scanner.take();
    judged.readable = judged.part.objects.size() == 1 && judged.part.errors.empty();
    const auto& findings = judged.part.findings.findings();
    for (std::size_t i = 0; i < findings.size(); ++i) {
      judged.keys.insert(key_of(findings[i]));
      if (!edits[i].empty()) judged.fixable.emplace_back(key_of(findings[i]), std::move(edits[i]));
    }
    return judged;
  }

 private:
  const Selection& selection_;
  const document::Limits& limits_;
  std::list<std::string> texts_;
};

enum class Proof : std::uint8_t { holds, not_gone, new_finding, unreadable };

std::string reason_of(Proof proof) {
  switch (proof) {
    case Proof::not_gone:
      return "the edit would not make the finding go away";
    case Proof::new_finding:
      return "the edit would bring another finding";
    case Proof::unreadable:
      return "the edited text could not be read again";
    case Proof::holds:
      break;
  }
  return {};
}

// Whether the edited text is as good as before but for the finding that is gone.
Proof prove(const Judged& before, const Judged& after, const Key* gone) {
  if (!after.readable) return Proof::unreadable;
  if (gone != nullptr && after.keys.count(*gone) >= before.keys.count(*gone)) return Proof::not_gone;
  for (const Key& key : after.keys) {
    if (after.keys.count(key) > before.keys.count(key)) return Proof::new_finding;
  }
  return Proof::holds;
}

base::Result<std::string> edited(std::string_view text, const Edits& edits, const document::Limits& limits) {
  std::string now(text);
  for (const document::Edit& edit : edits) now = TRY(document::apply_edit(now, edit, limits));
  return now;
}

// The field that an edit changes; items of a list have no name that lasts, so it is the list when one comes or
// goes.
std::string changed_field(const document::Edit& edit) {
  if (edit.kind != document::Edit::Kind::remove || !edit.path.steps().back().is_index()) return edit.path.text();
  FieldPath list;
  for (const document::Step& step : std::span(edit.path.steps()).first(edit.path.steps().size() - 1)) {
    list = step.is_index() ? std::move(list) / step.index : std::move(list) / step.key;
  }
  return list.text();
}

// What became of the findings of one object.
struct Mended {
  std::map<Key, std::string> refused;
  std::map<Key, std::vector<std::string>> changed;
};

// Mends one object, one finding after the other.
class ObjectFixer {
 public:
  ObjectFixer(Slice& slice, const Selection& selection, const document::Limits& limits)
      : slice_(slice), limits_(limits), judge_(selection, limits) {}

  // `wanted`: which findings may be mended. `shares_nodes`: an edit would change other objects, too.
  Mended fix(const std::set<Key>& wanted, const std::vector<std::pair<Key, Edits>>& from_cluster,
             bool shares_nodes) {
    std::map<Key, std::string>& refused = mended_.refused;
    Judged now = judge_.judge(slice_.text, slice_.json);
    if (!now.readable || shares_nodes) {
      for (const Key& key : wanted)
        refused[key] = "its text cannot be read on its own (it shares nodes with its neighbours)";
      return std::move(mended_);
    }
    while (mend_one(now, wanted)) {
    }
    for (const auto& [key, edits] : from_cluster) {
      if (wanted.contains(key)) attempt(now, nullptr, edits, key);
    }
    for (const Key& key : wanted) {
      if (now.keys.contains(key) && !mended_.changed.contains(key) && !refused.contains(key))
        refused[key] = "after the other fixes there is no safe one for it";
    }
    return std::move(mended_);
  }

 private:
  // Mends one finding that can be mended; false when there is none. What was refused is tried again once something
  // else has changed: the anchor of a value, for one, can go when its last alias has gone.
  bool mend_one(Judged& now, const std::set<Key>& wanted) {
    for (const auto& [key, edits] : now.fixable) {
      if (!wanted.contains(key) || mended_.refused.contains(key)) continue;
      if (!attempt(now, &key, edits, key)) continue;
      is_news_ = true;
      return true;  // paths of the other edits belong to the text before
    }
    if (!is_news_ || mended_.refused.empty()) return false;
    is_news_ = false;
    mended_.refused.clear();
    return mend_one(now, wanted);
  }

  bool attempt(Judged& now, const Key* gone, const Edits& edits, Key key) {
    auto text = edited(slice_.text, edits, limits_);
    if (!text) {
      mended_.refused[key] = text.error().message;
      return false;
    }
    Judged after = judge_.judge(*text, slice_.json);
    const Proof proof = prove(now, after, gone);
    if (proof != Proof::holds) {
      mended_.refused[key] = reason_of(proof);
      return false;
    }
    for (const document::Edit& edit : edits) mended_.changed[key].push_back(changed_field(edit));
    slice_.text = std::move(*text);
    now = std::move(after);
    return true;
  }

  Slice& slice_;
  const document::Limits& limits_;
  Judge judge_;
  Mended mended_;
  bool is_news_ = false;  // something was changed since the refusals were last forgotten
};

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

std::vector<std::pair<Key, Edits>> cluster_edits_of(const kube::Object& object, const Scan& scan) {
  std::vector<std::pair<Key, Edits>> edits;
  for (const auto& [finding, each] : scan.cluster_edits) {
    if (finding->object == &object) edits.emplace_back(key_of(*finding), each);
  }
  return edits;
}

std::string assemble(std::string_view text, const std::vector<Slice>& slices) {
  std::string out;
  std::uint32_t at = 0;
  for (const Slice& slice : slices) {
    out += text.substr(at, slice.begin - at);
    out += slice.replacement();
    at = slice.end;
  }
  out += text.substr(at);
  return out;
}

}  // namespace

Fixes fix(const Scan& scan, const Selection& selection, const std::vector<const Source*>& sources,
          const document::Limits& limits) {
  std::map<const Finding*, std::string> refused;
  std::map<const Finding*, std::vector<std::string>> changed;
  std::map<std::uint32_t, std::vector<Slice>> slices;
  std::map<std::uint32_t, SharedNodes> shared;
  for (const auto& [place, findings] : group_by_object(scan)) {
    const kube::Object& object = *findings.front()->object;
    Slice slice = slice_of(object, *sources[place.first]);
    const std::string before = slice.text;
    std::set<Key> wanted;
    for (const Finding* finding : findings) wanted.insert(key_of(*finding));
    const bool shares_nodes =
        !object.origin.json &&
        shared.try_emplace(place.first, *sources[place.first], limits).first->second.is_shared(object);
    const Mended mended =
        ObjectFixer(slice, selection, limits).fix(wanted, cluster_edits_of(object, scan), shares_nodes);
    for (const Finding* finding : findings) {
      const Key key = key_of(*finding);
      if (const auto found = mended.refused.find(key); found != mended.refused.end())
        refused[finding] = found->second;
      if (const auto found = mended.changed.find(key); found != mended.changed.end())
        changed[finding] = found->second;
    }
    if (slice.text != before) slices[place.first].push_back(std::move(slice));
  }
  Fixes fixes;
  for (const auto& [source, edited_slices] : slices) {
    fixes.sources.push_back({source, assemble(sources[source]->text(), edited_slices)});
  }
  for (const Finding* finding : scan.findings) {
    if (!is_open(*finding)) continue;
    const auto mended = changed.find(finding);
    FixOutcome outcome{finding, finding->fixable || mended != changed.end(), {}, {}};
    if (!outcome.fixed) {
      outcome.reason =
          finding->no_fix.empty() ? std::string_view("there is no safe automatic fix") : finding->no_fix;
    } else if (const auto found = refused.find(finding); found != refused.end()) {
      outcome.fixed = false;
      outcome.reason = found->second;
    }
    if (mended != changed.end()) outcome.changed = mended->second;
    fixes.outcomes.push_back(std::move(outcome));
  }
  return fixes;
}

std::string diff_of(const Finding& finding, const Scan& scan, const Selection& selection,
                    const std::vector<const Source*>& sources, const document::Limits& limits) {
  if (!is_open(finding) || !finding.fixable) return {};
  const Source& source = *sources[finding.object->origin.source];
  Slice slice = slice_of(*finding.object, source);
  const std::string before = slice.text;
  const kube::Object& object = *finding.object;
  const bool shares_nodes = !object.origin.json && SharedNodes(source, limits).is_shared(object);
  const Mended mended =
      ObjectFixer(slice, selection, limits).fix({key_of(finding)}, cluster_edits_of(object, scan), shares_nodes);
  if (!mended.refused.empty()) return {};
  return document::unified_diff(before, slice.text,
                                {.old_name = source.name(),
                                 .new_name = source.name(),
                                 .context = 2,
                                 .first_line = source.position(slice.begin).line});
}

}  // namespace bulwark::posture
