#include "kube/snapshot.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "document/json_writer.h"
#include "kube/decoder.h"
#include "kube/listing.h"

namespace bulwark::kube {

template <>
const Listing& listing<UnreadableKind>() {
  using T = UnreadableKind;
  static const Listing fields{
      "UnreadableKind",
      {field<&T::api_version>("apiVersion"), field<&T::kind>("kind"), field<&T::reason>("reason")}};
  return fields;
}

template <>
const Listing& listing<DeprecatedRequest>() {
  using T = DeprecatedRequest;
  static const Listing fields{"DeprecatedRequest",
                              {field<&T::group>("group"), field<&T::removed_release>("removedRelease"),
                               field<&T::resource>("resource"), field<&T::version>("version")}};
  return fields;
}

template <>
const Listing& listing<CertificateFact>() {
  using T = CertificateFact;
  static const Listing fields{
      "CertificateFact",
      {field<&T::kind>("kind"), field<&T::name>("name"), field<&T::not_after>("notAfter"),
       field<&T::not_before>("notBefore"), field<&T::problem>("problem"), field<&T::subject>("subject"),
       field<&T::use>("use"), field<&T::webhook>("webhook")}};
  return fields;
}

template <>
const Listing& listing<SnapshotSpec>() {
  using T = SnapshotSpec;
  static const Listing fields{
      "SnapshotSpec",
      {field<&T::certificates>("certificates"), field<&T::deprecated_requests>("deprecatedRequests"),
       field<&T::metrics>("metrics"), field<&T::name_space>("namespace"), field<&T::redaction>("redaction"),
       field<&T::server_version>("serverVersion"), field<&T::taken_at>("takenAt"),
       field<&T::unreadable>("unreadable")}};
  return fields;
}

template <>
const Listing& listing<Snapshot>() {
  static const Listing fields{"Snapshot", {field<&Snapshot::spec>("spec")}};
  return fields;
}

namespace {

// The value of a label in `{group="extensions",version="v1beta1",...}`. Names of APIs have no quotes in them.
std::string_view label(std::string_view labels, std::string_view name) {
  const std::string start = std::string(name) + "=\"";
  for (std::size_t at = labels.find(start); at != std::string_view::npos; at = labels.find(start, at + 1)) {
    if (labels[at - 1] != ',' && labels[at - 1] != '{') continue;
    const std::string_view value = labels.substr(at + start.size());
    return value.substr(0, value.find('"'));
  }
  return {};
}

}  // namespace

std::vector<DeprecatedRequest> parse_deprecated_requests(std::string_view metrics) {
  std::vector<DeprecatedRequest> requests;
  for (const std::string_view line : base::split(metrics, '\n')) {
    constexpr std::string_view name = "apiserver_requested_deprecated_apis{";
    const std::size_t end = line.rfind('}');
    if (!line.starts_with(name) || end == std::string_view::npos) continue;
    if (base::trim(line.substr(end + 1)) == "0") continue;
    const std::string_view labels = line.substr(name.size() - 1, end - name.size() + 1);
    requests.push_back({label(labels, "group"), label(labels, "version"), label(labels, "resource"),
                        label(labels, "removed_release")});
  }
  const auto key = [](const DeprecatedRequest& each) {
    return std::tie(each.group, each.version, each.resource, each.removed_release);
  };
  std::sort(requests.begin(), requests.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
  requests.erase(std::unique(requests.begin(), requests.end(), same), requests.end());
  return requests;
}

std::string snapshot_json(std::string_view name, const SnapshotSpec& spec) {
  std::string out = R"({"apiVersion":"bulwark.dev/v1","kind":"Snapshot","metadata":{"name":)";
  document::append_json_string(out, name);
  out += "},\"spec\":";
  Encoder encoder(out);
  encoder.write_object(listing<SnapshotSpec>(), &spec);
  return out + '}';
}

}  // namespace bulwark::kube
