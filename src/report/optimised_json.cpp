#include <fmt/format.h>

#include <limits>

#include "report/json_lines.h"
#include "report/optimised.h"

namespace bulwark::report {

namespace {

using rehearsal::Duration;
using rehearsal::Figures;
using rehearsal::Optimised;

class OptimisedJson {
 public:
  OptimisedJson(const Optimised& optimised, const Sink& sink) : all_(optimised), json_(sink) {}

  void write(std::string_view version) {
    json_.raw("{\n  \"schema\": \"bulwark.dev/optimised/v1\",\n");
    json_.raw("  \"tool\": {\"name\": \"bulwark\", \"version\": ").text(version).raw("},\n");
    json_.raw("  \"cluster\": ").text(all_.cluster).raw(",\n");
    json_.raw("  \"summary\": ").text(optimised_sentence(all_)).raw(",\n");
    json_.raw("  \"completes\": ").raw(truth(all_.best.completes)).raw(",\n");
    json_.raw("  \"prefer\": ")
        .raw(all_.preference == rehearsal::Preference::time ? "\"time\"" : "\"interruptions\"")
        .raw(",\n  \"nodes\": ")
        .number(all_.nodes);
    json_.raw(",\n  \"asked\": ");
    figures(all_.asked);
    json_.raw(",\n  \"best\": ");
    figures(all_.best);
    write_differences();
    json_.raw(",\n  \"search\": {\"bound\": ").text(all_.bound).raw(", \"space\": ");
    // More than a number of JSON can hold is not counted.
    const bool is_counted = all_.space < (std::uint64_t{1} << 53U);
    is_counted ? json_.number(all_.space) : json_.raw("null");
    json_.raw(", \"tried\": ").number(all_.tried).raw(", \"exhaustive\": ").raw(truth(all_.is_exhaustive));
    json_.raw(", \"interrupted\": ").raw(truth(all_.is_interrupted)).raw("},\n  \"impossible\": ");
    json_.raw(truth(all_.is_impossible)).raw(",\n  \"proof\": ");
    all_.proof.empty() ? json_.raw("null") : json_.text(all_.proof);
    json_.raw(",\n  \"obstacles\": ").begin_items();
    for (const rehearsal::Obstacle& each : all_.obstacles) {
      json_.item("    ")
          .raw("{\"node\": ")
          .text(each.node)
          .raw(", \"pod\": ")
          .text(each.pod)
          .raw(", \"budget\": ");
      each.budget.empty() ? json_.raw("null") : json_.text(each.budget);
      json_.raw(", \"why\": ").text(each.why).raw("}");
    }
    json_.end_items("  ").raw(",\n  \"needed\": {\"smallest\": ").raw(truth(all_.is_smallest));
    json_.raw(", \"setsTried\": ").number(all_.sets_tried).raw(", \"takesSeconds\": ");
    all_.needed.empty() ? json_.raw("null") : seconds(all_.takes_with_needed);
    json_.raw(", \"changes\": ").begin_items();
    for (const rehearsal::NeededChange& each : all_.needed) {
      json_.item("    ")
          .raw("{\"summary\": ")
          .text(each.summary)
          .raw(", \"command\": ")
          .text(each.command)
          .raw("}");
    }
    json_.end_items("  ").raw("},\n  \"gaps\": ").begin_items();
    for (const twin::Gap& each : all_.gaps) {
      json_.item("    ")
          .raw("{\"doubt\": ")
          .raw(truth(each.weight == twin::Gap::Weight::doubt))
          .raw(", \"subject\": ")
          .text(each.subject)
          .raw(", \"message\": ")
          .text(each.message)
          .raw("}");
    }
    json_.end_items("  ").raw("\n}\n");
    json_.finish();
  }

 private:
  static std::string_view truth(bool truth) { return truth ? "true" : "false"; }
  JsonLines& seconds(Duration duration) {
    std::string text = std::to_string(duration.count() / 1'000);
    if (const std::int64_t rest = duration.count() % 1'000; rest != 0) {
      text += fmt::format(".{:03}", rest);
      while (text.ends_with('0')) text.pop_back();
    }
    return json_.raw(text);
  }
  void figures(const Figures& of) {
    json_.raw("{\"completes\": ").raw(truth(of.completes)).raw(", \"nodesDone\": ").number(of.nodes_done);
    json_.raw(", \"takesSeconds\": ");
    seconds(of.takes).raw(", \"evictions\": ").number(of.evictions).raw(", \"outageSeconds\": ");
    seconds(of.outage).raw(", \"podSecondsAway\": ");
    seconds(of.degraded).raw("}");
  }
  void texts(const std::vector<std::string>& all) {
    json_.raw("[");
    for (std::size_t i = 0; i < all.size(); ++i) json_.raw(i == 0 ? "" : ", ").text(all[i]);
    json_.raw("]");
  }
  void write_differences() {
    json_.raw(",\n  \"differences\": ").begin_items();
    for (const rehearsal::Difference& each : all_.differences) {
      json_.item("    ").raw("{\"what\": ").text(each.what).raw(", \"commands\": ");
      texts(each.commands);
      json_.raw("}");
    }
    json_.end_items("  ").raw(",\n  \"flags\": ").text(all_.flags).raw(",\n  \"replicas\": ").begin_items();
    for (const rehearsal::TemporaryReplicas& each : all_.replicas) {
      json_.item("    ").raw("{\"workload\": ").text(each.name).raw(", \"from\": ").raw(std::to_string(each.from));
      json_.raw(", \"to\": ").raw(std::to_string(each.to)).raw("}");
    }
    json_.end_items("  ");
  }

  const Optimised& all_;
  JsonLines json_;
};

}  // namespace

std::string optimised_json(const Optimised& optimised, std::string_view version) {
  std::string out;
  const Sink sink = [&](std::string_view text) { out += text; };
  OptimisedJson(optimised, sink).write(version);
  return out;
}

}  // namespace bulwark::report
