#include "e2e/rehearsal/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace bulwark::e2e {
namespace {

constexpr std::string_view accepted = "accepted";
constexpr std::string_view suffix_letters = "bcdfghjklmnpqrstvwxz2456789";

// "web" of "web-5d4f7b9c6", the ReplicaSet of a Deployment.
std::string_view without_hash(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || name.size() - dash < 7) return name;
  return name.find_first_not_of(suffix_letters, dash + 1) == std::string_view::npos ? name.substr(0, dash) : name;
}

// "needs 2 healthy pods and has 1 currently" without the 1.
std::string without_count(std::string text) {
  constexpr std::string_view before = "healthy pods and has ", after = " currently";
  const std::size_t from = text.find(before), to = text.find(after, from == std::string::npos ? 0 : from);
  if (from == std::string::npos || to == std::string::npos) return text;
  return text.replace(from + before.size(), to - from - before.size(), "N");
}

// Of two pods of one controller, one that has waited for long and a new one, either may get the node that comes
// free: the back-off of the scheduler's queue decides. As told here the new one gets it.
void exchange_alike(std::vector<std::string>& lives) {
  constexpr std::string_view created = ": created", to = ": to ";
  for (std::string& old : lives) {
    const std::size_t at = old.find(to);
    if (at == std::string::npos) continue;
    const auto waits = std::ranges::find(lives, old.substr(0, at) + std::string(created));
    if (waits == lives.end()) continue;
    old.replace(at, 2, std::string(created) + ", ");
    waits->clear();
  }
  std::erase(lives, "");
}

void append_counted(std::vector<std::string>& out, std::vector<std::string> lines, std::string_view indent) {
  std::sort(lines.begin(), lines.end());
  for (auto line = lines.begin(); line != lines.end();) {
    const auto end = std::upper_bound(line, lines.end(), *line);
    const auto times = end - line;
    out.push_back(times == 1 ? fmt::format("{}{}", indent, *line)
                             : fmt::format("{}{} (x{})", indent, *line, times));
    line = end;
  }
}

}  // namespace

std::string called(std::string_view controller_kind, std::string_view controller, std::string_view pod) {
  if (controller_kind.empty() || controller_kind == "StatefulSet" || controller_kind == "Node") {
    return std::string(pod);
  }
  return fmt::format("{} {}", controller_kind,
                     controller_kind == "ReplicaSet" ? without_hash(controller) : controller);
}

void Story::begin(std::string title) {
  Chapter chapter;
  chapter.title = std::move(title);
  chapters_.push_back(std::move(chapter));
}

void Story::on_event(const upgrade::Event& event) {
  using enum upgrade::EventKind;
  // What befell a pod is told by `answered` and `happened`.
  if (!event.pod.empty()) return;
  std::string line(upgrade::name(event.kind));
  if (event.number != 0 || event.kind == drain_started) line += fmt::format(" {}", event.number);
  if (event.code != 0) line += fmt::format(" {}", event.code);
  // (A soak tells the time of its end.)
  if (!event.text.empty() && event.kind != soak_started) line += fmt::format(": {}", event.text);
  chapters_.back().nodes[std::string(event.node)].push_back(std::move(line));
}

void Story::answered(std::string_view node, std::string_view verb, const std::string& pod, const std::string& call,
                     const kube::Answer<>& answer) {
  Asked& asked = chapters_.back().asked[pod];
  asked.node = node;
  asked.verb = verb;
  asked.call = call;
  std::string text(accepted);
  if (!answer) {
    const kube::Status& status = answer.error();
    // The code says it all; the message names the very pod.
    text = status.is_not_found() ? "gone" : fmt::format("{} {}", status.code, status.message);
    if (!status.is_not_found()) {
      for (const kube::Status::Cause& cause : status.causes)
        text += fmt::format("; {}: {}", cause.reason, cause.message);
    }
  }
  asked.answers.push_back(std::move(text));
}

void Story::happened(const std::string& pod, const std::string& call, std::string what) {
  Life& life = chapters_.back().lives[pod];
  life.call = call;
  if (life.events.empty() || life.events.back() != what) life.events.push_back(std::move(what));
}

void Story::note(std::string line) { chapters_.back().notes.push_back(std::move(line)); }

void Story::name(std::string_view pod, const std::string& call) { names_.emplace(pod, call); }

std::string Story::without_names(std::string text) const {
  // From the end: of names that begin alike the longest comes first.
  for (auto each = names_.rbegin(); each != names_.rend(); ++each) {
    for (std::size_t at = text.find(each->first); at != std::string::npos;
         at = text.find(each->first, at + each->second.size())) {
      text.replace(at, each->first.size(), each->second);
    }
  }
  return text;
}

std::string Story::history(const Asked& asked) {
  const std::string& last = asked.answers.back();
  const bool is_over = last == accepted || last == "gone";
  std::set<std::string> refusals;
  for (const std::string& each : asked.answers) {
    if (each != accepted && each != "gone") refusals.insert(without_count(each));
  }
  std::string text = fmt::format("{} {} {}", asked.node, asked.verb, asked.call);
  if (!is_over) return fmt::format("{}: {}", text, last);
  for (const std::string& each : refusals) text += fmt::format(": until then {}", each);
  return fmt::format("{}: {}", text, accepted);
}

std::string Story::life(const Life& life) {
  std::vector<std::string> events = life.events;
  // Whether a deletion was seen before the end depends on the watch alone.
  if (std::ranges::find(events, "gone") != events.end()) std::erase(events, "deleting");
  return fmt::format("{}: {}", life.call, fmt::join(events, ", "));
}

std::vector<std::string> Story::lines() const {
  std::vector<std::string> out;
  for (const Chapter& chapter : chapters_) {
    out.push_back("# " + chapter.title);
    for (const auto& [node, events] : chapter.nodes) {
      for (const std::string& event : events) {
        out.push_back(without_names(fmt::format("  {}: {}", node.empty() ? "pool" : node, event)));
      }
    }
    std::vector<std::string> asked, lives;
    for (const auto& [pod, each] : chapter.asked) asked.push_back(without_names(history(each)));
    for (const auto& [pod, each] : chapter.lives) lives.push_back(life(each));
    exchange_alike(lives);
    append_counted(out, std::move(asked), "  ");
    append_counted(out, std::move(lives), "  pod ");
    append_counted(out, chapter.notes, "  then ");
  }
  return out;
}

std::string difference(const std::vector<std::string>& real, const std::vector<std::string>& twin) {
  if (real == twin) return {};
  // The longest common subsequence keeps equal lines beside each other.
  const std::size_t n = real.size(), m = twin.size();
  std::vector<std::vector<std::size_t>> common(n + 1, std::vector<std::size_t>(m + 1));
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      common[i][j] = real[i] == twin[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string out;
  for (std::size_t i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && real[i] == twin[j]) {
      out += fmt::format("       {}\n", real[i]);
      ++i, ++j;
    } else if (j == m || (i < n && common[i + 1][j] >= common[i][j + 1])) {
      out += fmt::format("  real {}\n", real[i++]);
    } else {
      out += fmt::format("  twin {}\n", twin[j++]);
    }
  }
  return out;
}

}  // namespace bulwark::e2e
