#include "report/rehearsal_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "document/json_writer.h"
#include "report/escape.h"
#include "report/rehearsal_words.h"

namespace bulwark::report {

namespace {

using rehearsal::Blocker;
using rehearsal::NodeStage;
using rehearsal::NodeTimeline;
using rehearsal::Rehearsal;

constexpr std::size_t most_waits = 5000;

class DataWriter {
 public:
  explicit DataWriter(const Rehearsal& rehearsal) : rehearsal_(rehearsal) {}

  std::string data() {
    sort();
    raw("{\"takes\":");
    seconds(timeline_length(rehearsal_));
    raw(",\"stages\":[");
    for (int stage = 0; stage <= static_cast<int>(NodeStage::stopped); ++stage) {
      if (stage > 0) raw(",");
      text(name(static_cast<NodeStage>(stage)));
    }
    raw("],\"pools\":[");
    for (std::size_t i = 0; i < pools_.size(); ++i) {
      if (i > 0) raw(",");
      text(pools_[i]);
    }
    raw("],\"nodes\":[");
    write_nodes();
    raw("],\"waits\":[");
    write_waits();
    raw("]}");
    return std::move(out_);
  }

 private:
  void raw(std::string_view json) { out_ += json; }
  // A script element ends at </script wherever it stands, and <!-- begins another mode of its text.
  void text(std::string_view text) {
    std::string json;
    document::append_json_string(json, visible(text));
    for (const char c : json) {
      if (c == '<' || c == '>' || c == '&') {
        fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out_ += c;
      }
    }
  }
  void seconds(rehearsal::Duration duration) {
    fmt::format_to(std::back_inserter(out_), "{}", static_cast<double>(duration.count()) / 1000);
  }

  // Pools as they came, in each the nodes by their start.
  void sort() {
    std::unordered_map<std::string_view, std::size_t> known;
    for (const NodeTimeline& node : rehearsal_.timeline) {
      const auto [at, is_new] = known.try_emplace(node.pool, pools_.size());
      if (is_new) pools_.push_back(node.pool);
      nodes_.emplace_back(at->second, &node);
    }
    const auto begins = [](const NodeTimeline* node) {
      return node->spans.empty() ? rehearsal::Time::max() : node->spans.front().from;
    };
    std::sort(nodes_.begin(), nodes_.end(), [&](const auto& a, const auto& b) {
      return std::tuple(a.first, begins(a.second), a.second) < std::tuple(b.first, begins(b.second), b.second);
    });
  }

  void write_nodes() {
    bool is_first = true;
    for (const auto& [pool, node] : nodes_) {
      fmt::format_to(std::back_inserter(out_), "{}[{},", is_first ? "" : ",", pool);
      text(node->node);
      fmt::format_to(std::back_inserter(out_), ",{},{},[", node->is_surge ? 1 : 0, node->pods);
      for (const rehearsal::NodeSpan& span : node->spans) {
        fmt::format_to(std::back_inserter(out_), "{}{},", &span == node->spans.data() ? "" : ",",
                       static_cast<int>(span.stage));
        seconds(since_start(rehearsal_, span.from));
        raw(",");
        seconds(since_start(rehearsal_, std::max(span.to, span.from)));
      }
      raw("]]");
      is_first = false;
    }
  }

  void write_waits() {
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> index;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      index.try_emplace({nodes_[i].second->pool, nodes_[i].second->node}, i);
    }
    std::size_t written = 0;
    for (const Blocker& blocker : rehearsal_.blockers) {
      const auto at = index.find({blocker.pool, blocker.node});
      if (at == index.end() || written == most_waits) continue;
      fmt::format_to(std::back_inserter(out_), "{}[{},", written++ == 0 ? "" : ",", at->second);
      seconds(since_start(rehearsal_, blocker.since));
      raw(",");
      seconds(since_start(rehearsal_, blocker.since + std::max(blocker.waited, rehearsal::Duration{})));
      raw(is_serious(blocker) ? ",1," : ",0,");
      const std::string_view why = blocker.reason.empty() ? title(blocker.kind) : std::string_view(blocker.reason);
      text(blocker.pod.empty() ? std::string(why) : fmt::format("{}: {}", blocker.pod, why));
      raw("]");
    }
  }

  const Rehearsal& rehearsal_;
  std::vector<std::string_view> pools_;
  std::vector<std::pair<std::size_t, const NodeTimeline*>> nodes_;  // the index of its pool, and it
  std::string out_;
};

}  // namespace

std::string rehearsal_data(const Rehearsal& rehearsal) { return DataWriter(rehearsal).data(); }

}  // namespace bulwark::report
