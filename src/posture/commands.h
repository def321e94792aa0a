#pragma once

#include <string_view>

#include "posture/views.h"

namespace bulwark::posture {

// Calls visit(text, path) for each word of what the container starts: command, args, and the commands of its
// probes and lifecycle hooks. path is a callable that makes the FieldPath of the word.
template <class Visit>
void for_each_command(const ContainerView& container, Visit&& visit) {
  const kube::Container& spec = container.container;
  const auto words = [&](std::span<const std::string_view> list, auto&& way) {
    for (std::size_t i = 0; i < list.size(); ++i) visit(list[i], [&] { return way() / i; });
  };
  words(spec.command, [&] { return container.path("command"); });
  words(spec.args, [&] { return container.path("args"); });
  const auto probe = [&](const kube::Probe* of, const char* name) {
    if (of == nullptr || of->exec == nullptr) return;
    words(of->exec->command, [&] { return container.path(name) / "exec" / "command"; });
  };
  probe(spec.startup_probe, "startupProbe");
  probe(spec.liveness_probe, "livenessProbe");
  probe(spec.readiness_probe, "readinessProbe");
  if (spec.lifecycle == nullptr) return;
  const auto hook = [&](const kube::LifecycleHandler* of, const char* name) {
    if (of == nullptr || of->exec == nullptr) return;
    words(of->exec->command, [&] { return container.path("lifecycle") / name / "exec" / "command"; });
  };
  hook(spec.lifecycle->post_start, "postStart");
  hook(spec.lifecycle->pre_stop, "preStop");
}

// A shell command that runs what it downloads: curl or wget whose output goes into an interpreter.
bool runs_download(std::string_view command);
// A shell whose input and output are a connection to elsewhere.
bool is_reverse_shell(std::string_view command);

}  // namespace bulwark::posture
