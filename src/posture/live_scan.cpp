#include "posture/live_scan.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace bulwark::posture {

using finding::Finding;

namespace {

std::string key_of(const LivePlace& place) {
  std::string key(place.kind);
  key.append("|").append(place.name_space).append("|").append(place.name);
  return key;
}

auto content(const Finding& finding) {
  return std::tie(finding.check, finding.field, finding.message, finding.missing, finding.severity,
                  finding.verdict);
}

}  // namespace

LiveScan::LiveScan(const Selection& selection, const document::Limits& limits, std::uint32_t source)
    : selection_(selection), limits_(limits), source_(source), scanner_(selection, limits) {}

std::uint32_t LiveScan::next_ordinal(std::string_view kind) {
  const auto found = ordinals_.find(kind);
  if (found != ordinals_.end()) return ++found->second;
  const auto first = static_cast<std::uint32_t>(ordinals_.size()) * ordinals_of_a_kind;
  return ordinals_.emplace(kind, first).first->second;
}

LiveScan::Entry LiveScan::read(const document::Node& node, std::uint32_t ordinal) {
  Entry entry;
  scanner_.forget();
  entry.object = scanner_.scan_object(node, source_, ordinal, entry.arena);
  const Part& part = scanner_.part();
  entry.findings.assign(part.findings.findings().begin(), part.findings.findings().end());
  for (Finding& finding : entry.findings) {
    for (std::string_view* text : {&finding.field, &finding.message, &finding.missing}) {
      *text = entry.arena.copy(*text);
    }
  }
  std::sort(entry.findings.begin(), entry.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.offset, a.check->id, a.field, a.message) <
           std::tie(b.offset, b.check->id, b.field, b.message);
  });
  entry.errors = part.errors;
  entry.tally = &*tallies_.insert(part.tally).first;
  entry.counts = part.counts;
  return entry;
}

bool LiveScan::looks_like(const Entry& a, const Entry& b) {
  if (a.object == nullptr || b.object == nullptr) return a.object == b.object;
  const auto same = [](const Finding& one, const Finding& other) { return content(one) == content(other); };
  return std::equal(a.findings.begin(), a.findings.end(), b.findings.begin(), b.findings.end(), same) &&
         kube::encode_object(*a.object) == kube::encode_object(*b.object);
}

bool LiveScan::put(const LivePlace& place, const document::Node& object) {
  const auto [at, is_new] = entries_.try_emplace(key_of(place));
  const std::uint32_t ordinal =
      is_new || at->second.object == nullptr ? next_ordinal(place.kind) : at->second.object->origin.at;
  Entry entry = read(object, ordinal);
  if (!is_new && looks_like(at->second, entry)) return false;
  at->second = std::move(entry);
  return true;
}

bool LiveScan::erase(const LivePlace& place) { return entries_.erase(key_of(place)) > 0; }

const Scan& LiveScan::judge(const std::vector<const document::Source*>& sources, const Exceptions& exceptions,
                            const base::ForEach& for_each) {
  scan_ = {};
  scan_.tally.resize(selection_.checks().size());
  std::vector<Entry*> entries;
  entries.reserve(entries_.size());
  std::map<const Tally*, std::uint32_t> tallies;
  for (auto& [key, entry] : entries_) {
    scan_.counts += entry.counts;
    scan_.errors.insert(scan_.errors.end(), entry.errors.begin(), entry.errors.end());
    if (entry.object == nullptr) continue;
    ++tallies[entry.tally];
    entries.push_back(&entry);
  }
  for (const auto& [tally, times] : tallies) {
    for (std::size_t i = 0; i < tally->size(); ++i) scan_.tally[i] += times * (*tally)[i];
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->object->origin.at < b->object->origin.at; });
  std::vector<const kube::Object*> objects;
  objects.reserve(entries.size());
  std::vector<std::vector<Finding*>> lists(1);
  for (Entry* entry : entries) {
    objects.push_back(entry->object);
    for (Finding& finding : entry->findings) {
      // What the last judgement said of it.
      finding.excepted = false;
      finding.owner = nullptr;
      finding.more = 0;
      lists[0].push_back(&finding);
    }
  }
  see_together(scan_, objects, std::move(lists), selection_, sources, limits_, exceptions, for_each);
  return scan_;
}

}  // namespace bulwark::posture
