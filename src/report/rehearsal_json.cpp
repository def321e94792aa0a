// The versioned JSON of a rehearsal; docs/reference/rehearsal.md describes it. Its head is for readers, the items
// of its lists have one line each.
#include <fmt/format.h>

#include <cmath>

#include "base/rfc3339.h"
#include "report/json_lines.h"
#include "report/rehearsal.h"
#include "report/rehearsal_words.h"

namespace bulwark::report {

namespace {

using rehearsal::Blocker;
using rehearsal::Duration;
using rehearsal::Rehearsal;
using rehearsal::Time;

class RehearsalJson {
 public:
  RehearsalJson(const Rehearsal& rehearsal, const Sink& sink) : rehearsal_(rehearsal), json_(sink) {}

  void write(std::string_view version) {
    write_head(version);
    write_blockers();
    write_interruptions();
    write_unplaced();
    write_pools();
    write_timeline();
    write_supposed();
    write_gaps();
    json_.raw(",\n  \"warnings\": ").begin_items();
    for (const std::string& warning : rehearsal_.warnings) json_.item("    ").text(warning);
    json_.end_items("  ").raw("\n}\n");
    json_.finish();
  }

 private:
  // Seconds, with milliseconds only if there are some.
  JsonLines& seconds(Duration duration) {
    const std::int64_t ms = duration.count(), size = ms < 0 ? -ms : ms;
    std::string text = fmt::format("{}{}", ms < 0 ? "-" : "", size / 1000);
    if (size % 1000 != 0) {
      text += fmt::format(".{:03}", size % 1000);
      while (text.ends_with('0')) text.pop_back();
    }
    return json_.raw(text);
  }
  // Since the start.
  JsonLines& moment(Time time) { return seconds(time - rehearsal_.began); }
  JsonLines& integer(std::int64_t number) { return json_.raw(std::to_string(number)); }
  JsonLines& truth(bool truth) { return json_.raw(truth ? "true" : "false"); }
  void texts(const std::vector<std::string>& all) {
    json_.raw("[");
    for (std::size_t i = 0; i < all.size(); ++i) json_.raw(i == 0 ? "" : ",").text(all[i]);
    json_.raw("]");
  }

  void write_head(std::string_view version) {
    const Rehearsal& all = rehearsal_;
    json_.raw("{\n  \"schema\": \"bulwark.dev/rehearsal/v1\",\n");
    json_.raw("  \"tool\": {\"name\": \"bulwark\", \"version\": ").text(version).raw("},\n");
    json_.raw("  \"cluster\": ").text(all.cluster).raw(",\n");
    json_.raw("  \"verdict\": ").text(name(all.verdict)).raw(",\n");
    json_.raw("  \"summary\": ").text(verdict_sentence(all)).raw(",\n");
    json_.raw("  \"began\": ");
    if (all.began == Time{}) {
      json_.raw("null");
    } else {
      json_.text(base::rfc3339(std::chrono::floor<std::chrono::seconds>(all.began)));
    }
    json_.raw(",\n  \"takesSeconds\": ");
    seconds(all.takes)
        .raw(",\n  \"nodes\": ")
        .number(all.nodes)
        .raw(",\n  \"nodesDone\": ")
        .number(all.nodes_done);
    json_.raw(",\n  \"stoppedAt\": ");
    if (const Blocker* blocker = stopper(all); blocker != nullptr) {
      integer(blocker - all.blockers.data());
    } else {
      json_.raw("null");
    }
    json_.raw(",\n  \"smallestSet\": ");
    texts(all.smallest_set);
    json_.raw(",\n  \"completesWithSet\": ").raw(all.completes_with_set ? "true" : "false");
    json_.raw(",\n  \"takesWithSetSeconds\": ");
    seconds(all.takes_with_set);
    json_.raw(",\n  \"quarantined\": ");
    texts(all.quarantined);
    json_.raw(",\n  \"evictions\": ").number(all.evictions).raw(",\n  \"refusals\": ").number(all.refusals);
    json_.raw(",\n  \"placements\": ").number(all.placements).raw(",\n  \"supposedShare\": ");
    json_.raw(std::isfinite(all.supposed_share) ? fmt::format("{:.4g}", all.supposed_share) : "0");
  }

  void write_blockers() {
    json_.raw(",\n  \"blockers\": ").begin_items();
    for (const Blocker& blocker : rehearsal_.blockers) {
      json_.item("    ").raw("{\"kind\":").text(name(blocker.kind)).raw(",\"stops\":");
      truth(blocker.stops).raw(",\"neverEnds\":");
      truth(blocker.never_ends);
      json_.raw(",\"pool\":").text(blocker.pool).raw(",\"node\":").text(blocker.node);
      json_.raw(",\"pod\":").text(blocker.pod).raw(",\"workload\":").text(blocker.workload);
      json_.raw(",\"budget\":").text(blocker.budget).raw(",\"message\":").text(blocker.message);
      json_.raw(",\"reason\":").text(blocker.reason).raw(",\"sinceSeconds\":");
      moment(blocker.since).raw(",\"waitedSeconds\":");
      seconds(blocker.waited).raw(",\"fixes\":[");
      for (const rehearsal::Fix& fix : blocker.fixes) {
        json_.raw(&fix == blocker.fixes.data() ? "{\"summary\":" : ",{\"summary\":").text(fix.summary);
        json_.raw(",\"command\":").text(fix.command).raw(",\"resolves\":");
        truth(fix.resolves).raw(",\"completes\":");
        truth(fix.completes).raw(",\"takesSeconds\":");
        if (fix.completes) {
          seconds(fix.takes);
        } else {
          json_.raw("null");
        }
        json_.raw(",\"notEnough\":").text(fix.not_enough).raw("}");
      }
      json_.raw("]}");
    }
    json_.end_items("  ");
  }

  void write_interruptions() {
    json_.raw(",\n  \"interruptions\": ").begin_items();
    for (const rehearsal::Interruption& one : rehearsal_.interruptions) {
      json_.item("    ").raw("{\"workload\":").text(one.workload).raw(",\"replicas\":");
      integer(one.replicas).raw(",\"worstDown\":");
      integer(one.worst_down).raw(",\"evicted\":");
      integer(one.evicted).raw(",\"degradedSeconds\":");
      seconds(one.degraded).raw(",\"outageSeconds\":");
      seconds(one.outage).raw(",\"longestOutageSeconds\":");
      seconds(one.longest_outage).raw("}");
    }
    json_.end_items("  ");
  }

  void write_unplaced() {
    json_.raw(",\n  \"unplaced\": ").begin_items();
    for (const rehearsal::Unplaced& one : rehearsal_.unplaced) {
      json_.item("    ").raw("{\"pod\":").text(one.pod).raw(",\"workload\":").text(one.workload);
      json_.raw(",\"message\":").text(one.message).raw(",\"sinceSeconds\":");
      moment(one.since).raw(",\"lastedSeconds\":");
      seconds(one.lasted).raw(",\"forEver\":");
      truth(one.for_ever).raw(",\"nodes\":[");
      for (const auto& node : one.nodes) {
        json_.raw(&node == one.nodes.data() ? "{\"node\":" : ",{\"node\":").text(node.node).raw(",\"reasons\":");
        texts(node.reasons);
        json_.raw("}");
      }
      json_.raw("]}");
    }
    json_.end_items("  ");
  }

  void write_pools() {
    json_.raw(",\n  \"pools\": ").begin_items();
    for (const rehearsal::PoolNeed& pool : rehearsal_.pools) {
      json_.item("    ").raw("{\"pool\":").text(pool.pool).raw(",\"versionFrom\":").text(pool.version_from);
      json_.raw(",\"versionTo\":").text(pool.version_to).raw(",\"nodes\":").number(pool.nodes);
      json_.raw(",\"surgeNodes\":").number(pool.surge_nodes).raw(",\"surge\":").text(pool.surge);
      json_.raw(",\"ipAddresses\":");
      if (pool.ip_addresses > 0) {
        integer(pool.ip_addresses);
      } else {
        json_.raw("null");
      }
      json_.raw("}");
    }
    json_.end_items("  ");
  }

  void write_timeline() {
    json_.raw(",\n  \"timeline\": ").begin_items();
    for (const rehearsal::NodeTimeline& node : rehearsal_.timeline) {
      json_.item("    ").raw("{\"pool\":").text(node.pool).raw(",\"node\":").text(node.node).raw(",\"surge\":");
      truth(node.is_surge).raw(",\"pods\":").number(node.pods).raw(",\"spans\":[");
      for (const rehearsal::NodeSpan& span : node.spans) {
        json_.raw(&span == node.spans.data() ? "{\"stage\":" : ",{\"stage\":").text(name(span.stage));
        json_.raw(",\"fromSeconds\":");
        moment(span.from).raw(",\"toSeconds\":");
        moment(span.to).raw("}");
      }
      json_.raw("]}");
    }
    json_.end_items("  ");
  }

  void write_supposed() {
    json_.raw(",\n  \"supposed\": ").begin_items();
    for (const rehearsal::Supposed& one : rehearsal_.supposed) {
      json_.item("    ").raw("{\"what\":").text(one.what).raw(",\"value\":").text(one.value);
      json_.raw(",\"source\":").text(one.source).raw(",\"times\":").number(one.times).raw("}");
    }
    json_.end_items("  ");
  }

  void write_gaps() {
    json_.raw(",\n  \"gaps\": ").begin_items();
    for (const twin::Gap& gap : rehearsal_.gaps) {
      json_.item("    ").raw(gap.weight == twin::Gap::Weight::doubt ? R"({"weight":"doubt","subject":)"
                                                                    : R"({"weight":"note","subject":)");
      json_.text(gap.subject).raw(",\"message\":").text(gap.message).raw("}");
    }
    json_.end_items("  ");
  }

  const Rehearsal& rehearsal_;
  JsonLines json_;
};

}  // namespace

std::string rehearsal_json(const Rehearsal& rehearsal, std::string_view version) {
  std::string out;
  const Sink sink = [&](std::string_view text) { out += text; };
  RehearsalJson(rehearsal, sink).write(version);
  return out;
}

}  // namespace bulwark::report
