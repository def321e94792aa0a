#include "cli/input_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "kube/version.h"

namespace bulwark::cli {

namespace {

base::Result<kube::MinorVersion> parse_version(std::string_view text) {
  if (text.empty() || text == "latest") return kube::latest_version;
  std::string_view digits = text;
  if (digits.starts_with('v')) digits.remove_prefix(1);
  std::uint16_t minor = 0;
  const bool starts = digits.starts_with("1.");
  if (starts) digits.remove_prefix(2);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  if (!starts || error != std::errc{} || (end != digits.data() + digits.size() && *end != '.')) {
    return base::fail(fmt::format("--kube-version: \"{}\" is no Kubernetes version such as 1.34", text));
  }
  if (minor > kube::latest_version.number) {
    return base::fail(fmt::format("--kube-version: 1.{} is newer than 1.{}, the newest whose rules are known here",
                                  minor, kube::latest_version.number));
  }
  return kube::MinorVersion{1, minor};
}

}  // namespace

std::vector<Flag> input_flags() {
  return {
      {"standard", 0, "NAME", "guide (default), pss-baseline, pss-restricted, cis-aks, nsa, defender, all"},
      {"kube-version", 0, "1.NN", "Kubernetes version whose rules apply (default: the newest known)"},
      {"only", 0, "CHECK,...", "run these checks alone; patterns such as host-* work"},
      {"skip", 0, "CHECK,...", "leave these checks out"},
      {"selector", 'l', "SELECTOR", "judge objects with these labels alone (app=web,tier in (a,b)); all are read"},
      {"registries", 0, "REGISTRY,...",
       "images may come from these alone: docker.io, example.azurecr.io/team, *.azurecr.io"},
      {"exceptions", 0, "FILE", "accepted findings: check, objects, owner, reason, expiry"},
      {"markdown", 0, "", "read the yaml and json code fences of Markdown files, too"},
      {"jobs", 'j', "N", "threads (default: one for each core)"},
  };
}

base::Result<posture::Selection> select_checks(const Arguments& arguments, const std::string& server_version) {
  posture::SelectionOptions options;
  options.standard = TRY(posture::parse_standard(arguments.value("standard", "guide")));
  options.version = TRY(parse_version(arguments.value("kube-version")));
  options.only = arguments.values("only");
  options.skip = arguments.values("skip");
  options.registries = arguments.values("registries");
  options.labels = arguments.value("selector");
  if (const auto server = kube::Version::parse(server_version); server && !arguments.has("kube-version")) {
    options.version = std::min(kube::MinorVersion(server->minor()), kube::latest_version);
  }
  return posture::Selection::make(options);
}

base::Result<unsigned> parse_jobs(const Arguments& arguments) {
  const std::string text = arguments.value("jobs", "0");
  unsigned jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (error != std::errc{} || end != text.data() + text.size() || jobs > 1024) {
    return base::fail(fmt::format("--jobs: \"{}\" is no number of threads", text));
  }
  return jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : jobs;
}

}  // namespace bulwark::cli
