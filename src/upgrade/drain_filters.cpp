#include "upgrade/drain_filters.h"

#include <algorithm>

namespace bulwark::upgrade {

namespace {

constexpr std::string_view daemon_set_fatal = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
constexpr std::string_view daemon_set_warning = "ignoring DaemonSet-managed Pods";
constexpr std::string_view local_storage_fatal =
    "Pods with local storage (use --delete-emptydir-data to override)";
constexpr std::string_view local_storage_warning = "deleting Pods with local storage";
constexpr std::string_view unmanaged_fatal =
    "cannot delete Pods that declare no controller (use --force to override)";
constexpr std::string_view unmanaged_warning = "deleting Pods that declare no controller";

using Reason = PodDeleteStatus::Reason;

PodDeleteStatus skip() { return {.remove = false, .reason = Reason::skip, .message = {}}; }
PodDeleteStatus warning(bool remove, std::string_view message) {
  return {.remove = remove, .reason = Reason::warning, .message = std::string(message)};
}
PodDeleteStatus error(std::string_view message) {
  return {.remove = false, .reason = Reason::error, .message = std::string(message)};
}

// Pods of a DaemonSet stay whatever the flags say, for they would be back at once; those whose DaemonSet is gone
// are removed with --force. Other groups' DaemonSets are not meant (kubernetes/kubernetes#128779).
PodDeleteStatus daemon_set_filter(const DrainPod& pod, const DrainOptions& options, Pods& pods) {
  if (pod.controller.kind != "DaemonSet" || pod.controller.api_version != "apps/v1" || pod.finished) return {};
  if (const auto found = pods.find_daemon_set(pod.name_space, pod.controller.name); !found) {
    const kube::Status& status = found.error();
    if (status.is_not_found() && options.force) return warning(true, status.message);
    return error(status.message);
  }
  return options.ignore_daemon_sets ? warning(false, daemon_set_warning) : error(daemon_set_fatal);
}

PodDeleteStatus local_storage_filter(const DrainPod& pod, const DrainOptions& options) {
  if (!pod.empty_dir || pod.finished) return {};
  return options.delete_empty_dir_data ? warning(true, local_storage_warning) : error(local_storage_fatal);
}

PodDeleteStatus unreplicated_filter(const DrainPod& pod, const DrainOptions& options) {
  if (pod.finished || pod.controller) return {};
  return options.force ? warning(true, unmanaged_warning) : error(unmanaged_fatal);
}

void add(std::vector<PodsMessage>& messages, std::string message, const DrainPod& pod) {
  auto found = std::ranges::find(messages, message, &PodsMessage::message);
  if (found == messages.end()) {
    found = messages.insert(messages.end(), PodsMessage{.message = std::move(message), .pods = {}});
  }
  found->pods.emplace_back(pod.name_space).append("/").append(pod.name);
}

std::string joined(std::span<const std::string> texts, std::string_view separator) {
  std::string all;
  for (const std::string& text : texts) {
    if (&text != texts.data()) all += separator;
    all += text;
  }
  return all;
}

}  // namespace

bool skips_deleted(const std::optional<Time>& deletion, std::chrono::seconds timeout, Time now) {
  return timeout.count() > 0 && deletion && std::chrono::floor<std::chrono::seconds>(now - *deletion) > timeout;
}

PodDeleteStatus filter_pod(const DrainPod& pod, const DrainOptions& options, Time now, Pods& pods) {
  if (skips_deleted(pod.deletion, options.skip_wait_for_delete_timeout, now)) return skip();
  if (PodDeleteStatus status = daemon_set_filter(pod, options, pods); !status.remove) return status;
  if (pod.mirror) return skip();
  if (PodDeleteStatus status = local_storage_filter(pod, options); !status.remove) return status;
  return unreplicated_filter(pod, options);
}

FilteredPods filter_pods(std::span<const DrainPod> pods, const DrainOptions& options, Time now, Pods& cluster) {
  FilteredPods filtered;
  for (std::uint32_t i = 0; i < pods.size(); ++i) {
    PodDeleteStatus status = filter_pod(pods[i], options, now, cluster);
    if (status.remove) filtered.removed.push_back(i);
    if (status.reason == Reason::warning) add(filtered.warnings, std::move(status.message), pods[i]);
    if (status.reason == Reason::error) {
      add(filtered.errors, status.message.empty() ? "unexpected error" : std::move(status.message), pods[i]);
    }
  }
  return filtered;
}

std::string warnings_text(std::span<const PodsMessage> warnings) {
  std::string text;
  for (const PodsMessage& warning : warnings) {
    if (!text.empty()) text += "; ";
    text.append(warning.message).append(": ").append(joined(warning.pods, ", "));
  }
  return text;
}

std::vector<std::string> error_texts(std::span<const PodsMessage> errors) {
  std::vector<std::string> texts;
  for (const PodsMessage& error : errors) {
    // Since 1.33 the words are not doubled where a message has them already.
    const bool has_words = error.message.starts_with("cannot delete");
    texts.push_back((has_words ? "" : "cannot delete ") + error.message + ": " + joined(error.pods, ", "));
  }
  return texts;
}

std::string aggregate(std::span<const std::string> errors) {
  std::vector<std::string> texts;
  for (const std::string& error : errors) {
    if (std::ranges::find(texts, error) == texts.end()) texts.push_back(error);
  }
  return texts.size() == 1 ? texts.front() : '[' + joined(texts, ", ") + ']';
}

std::string go_duration(std::chrono::milliseconds duration) {
  const std::int64_t all = duration.count();
  if (all == 0) return "0s";
  if (all < 0) return '-' + go_duration(-duration);
  if (all < 1'000) return std::to_string(all) + "ms";
  std::string text;
  const std::int64_t hours = all / 3'600'000, minutes = all / 60'000 % 60, seconds = all / 1'000 % 60;
  if (hours > 0) text += std::to_string(hours) + 'h';
  if (hours > 0 || minutes > 0) text += std::to_string(minutes) + 'm';
  text += std::to_string(seconds);
  if (const std::int64_t rest = all % 1'000; rest > 0) {
    std::string digits = std::to_string(1'000 + rest).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += '.' + digits;
  }
  return text + 's';
}

}  // namespace bulwark::upgrade
