// The guide's own examples, as printed and corrected: every defect that a manifest can show is found, and nothing
// in the corrected twins. examples/guide/defects.md has the list.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "posture/scan.h"

namespace bulwark::posture {
namespace {

namespace fs = std::filesystem;

struct Folder {
  explicit Folder(const char* name) {
    for (const auto& entry : fs::directory_iterator(fs::path(BULWARK_SOURCE_DIR) / "examples/guide" / name)) {
      const auto extension = entry.path().extension();
      if (extension == ".yaml" || extension == ".json") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      std::ifstream in(path, std::ios::binary);
      std::stringstream text;
      text << in.rdbuf();
      texts.push_back(text.str());
      sizes.push_back(texts.back().size());
      texts.back().append(64, '\0');
    }
    for (std::size_t i = 0; i < paths.size(); ++i) {
      sources.push_back(std::make_unique<document::Source>(paths[i].filename().string(),
                                                           std::string_view(texts[i]).substr(0, sizes[i])));
    }
  }

  Scan scan() {
    SelectionOptions options;
    const auto made = Selection::make(options);
    selection = std::make_unique<Selection>(*made);
    Scanner scanner(*selection, limits);
    std::vector<const document::Source*> all;
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
      const auto size = static_cast<std::uint32_t>(sizes[i]);
      if (paths[i].extension() == ".json") {
        scanner.scan_json(*sources[i], i, {0, size}, 64);
      } else {
        scanner.scan_yaml(*sources[i], i, {0, size});
      }
      all.push_back(sources[i].get());
    }
    std::vector<Part> parts;
    parts.push_back(scanner.take());
    return finish(std::move(parts), *selection, all, limits);
  }

  std::vector<fs::path> paths;
  std::vector<std::string> texts;
  std::vector<std::size_t> sizes;
  std::vector<std::unique_ptr<document::Source>> sources;
  std::unique_ptr<Selection> selection;
  document::Limits limits;
};

TEST(Guide, DefectsAsPrintedAreFound) {
  Folder folder("as-printed");
  const Scan scan = folder.scan();
  std::set<std::string> found;
  for (const finding::Finding* finding : scan.findings) {
    const document::Source& source = *folder.sources[finding->object->origin.source];
    found.insert(source.name() + ":" + std::to_string(source.position(finding->offset).line) + " " +
                 std::string(finding->check->id));
  }
  struct Case {
    const char* defect;
    const char* want;
  };
  for (const Case& c : {
           Case{"A1", "restrict-instance-metadata.yaml:13 network-policy-invalid-cidr"},
           Case{"A8", "imds-host-network.yaml:6 host-network"},
           Case{"A10", "restrict-instance-metadata.yaml:3 network-policy-without-namespace"},
           Case{"A12", "restrict-instance-metadata.yaml:15 windows-network-policy-except"},
           Case{"A13", "azure-npm.yaml:4 network-policy-manager"},
           Case{"A13", "azure-npm.yaml:33 network-policy-manager"},
           Case{"A17", "restrict-instance-metadata.yaml:15 deny-by-exception"},
           Case{"B1", "prevent-chmod.name.json:5 seccomp-dead-name"},
           Case{"B2", "prevent-chmod.name.json:13 seccomp-unknown-syscall"},
           Case{"B2", "prevent-chmod.names.json:5 seccomp-unknown-syscall"},
           Case{"B3", "prevent-chmod.names.json:4 seccomp-sibling-syscall"},
           Case{"B4", "prevent-chmod.name.json:2 seccomp-weaker-than-default"},
           Case{"B4", "prevent-chmod.names.json:2 seccomp-weaker-than-default"},
           Case{"B5", "prevent-chmod.name.json:1 seccomp-native-only"},
           Case{"B5", "prevent-chmod.names.json:1 seccomp-native-only"},
           Case{"B8", "aks-seccomp.annotation.yaml:6 seccomp-annotation"},
           Case{"B9", "aks-seccomp.annotation.yaml:6 localhost-profile"},
           Case{"B9", "aks-seccomp.field.yaml:9 localhost-profile"},
           Case{"B10", "aks-seccomp.annotation.yaml:10 image-end-of-life"},
           Case{"B10", "userns.yaml:10 image-tag"},
           Case{"C2", "hello-apparmor.annotation.yaml:6 localhost-profile"},
           Case{"C2", "hello-apparmor.field.yaml:9 localhost-profile"},
           Case{"C3", "hello-apparmor.annotation.yaml:6 app-armor-annotation"},
           Case{"D1", "security-context-demo.yaml:15 added-capabilities"},
           Case{"D2", "dev-user-full-access.yaml:7 wildcard-rule"},
           Case{"D2", "dev-user-full-access.yaml:7 dead-api-group"},
           Case{"Also", "windows-node-selector.yaml:14 windows-os-unset"},
       }) {
    EXPECT_TRUE(found.contains(c.want)) << c.defect << ": " << c.want;
  }
}

TEST(Guide, CorrectedTwinsAreClean) {
  Folder folder("corrected");
  const Scan scan = folder.scan();
  EXPECT_GT(scan.counts.objects, 30U);
  for (const finding::Finding* finding : scan.findings) {
    const document::Source& source = *folder.sources[finding->object->origin.source];
    ADD_FAILURE() << source.name() << ":" << source.position(finding->offset).line << " " << finding->check->id
                  << ": " << finding->message;
  }
  for (const ScanError& error : scan.errors)
    ADD_FAILURE() << folder.sources[error.source]->name() << ": " << error.message;
}

}  // namespace
}  // namespace bulwark::posture
