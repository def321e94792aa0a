#include "e2e/support/programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>

#include "adapters/os/process.h"

namespace bulwark::e2e {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

base::Result<Programs> find_programs() {
  Programs programs;
  if (const std::string assets = environment("KUBEBUILDER_ASSETS"); !assets.empty()) {
    programs.folder = assets;
  } else {
    std::string cache = environment("XDG_CACHE_HOME");
    if (cache.empty()) cache = environment("HOME") + "/.cache";
    programs.folder = std::filesystem::path(cache) / "bulwark/kubernetes-1.20.2/bin";
  }
  for (const char* name : {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
    if (::access(programs[name].c_str(), X_OK) == 0) continue;
    return base::fail(fmt::format("there is no {}: run tests/e2e/control-plane/build, or set KUBEBUILDER_ASSETS",
                                  programs[name].string()));
  }
  const adapters::Output version =
      TRY(adapters::run_program({programs["kube-apiserver"].string(), "--version"}));  // "Kubernetes v1.20.2"
  const std::size_t at = version.out.find("v1.");
  if (version.status != 0 || at == std::string::npos ||
      std::from_chars(version.out.data() + at + 3, version.out.data() + version.out.size(), programs.minor).ec !=
          std::errc{}) {
    return base::fail(
        fmt::format("{} --version: {}{}", programs["kube-apiserver"].string(), version.out, version.err));
  }
  return programs;
}

}  // namespace bulwark::e2e
