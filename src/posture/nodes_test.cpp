#include "posture/nodes.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(Nodes, ImagesInParts) {
  struct Case {
    const char *text, *family, *release;
  };
  for (const Case& c : {
           Case{"AKSUbuntu-2204gen2containerd-202410.09.0", "AKSUbuntu-2204gen2containerd", "202410.09.0"},
           Case{"AKSUbuntu-2204gen2containerd-202410.27.0-2024.12.01", "AKSUbuntu-2204gen2containerd",
                "202410.27.0-2024.12.01"},
           Case{"AKSWindows-2022-containerd-20348.2582.240716", "AKSWindows-2022-containerd", "20348.2582.240716"},
           Case{"AKSAzureLinux-V3gen2-202507.06.0", "AKSAzureLinux-V3gen2", "202507.06.0"},
           Case{"custom", "custom", ""},
           Case{"", "", ""},
       }) {
    const NodeImage image = parse_node_image(c.text);
    EXPECT_EQ(image.family, c.family) << c.text;
    EXPECT_EQ(image.release, c.release) << c.text;
  }
}

TEST(Nodes, ReleasesInOrder) {
  struct Case {
    const char *older, *newer;
  };
  for (const Case& c : {
           Case{"202410.09.0", "202410.27.0"},
           Case{"202412.27.0", "202501.05.0"},
           Case{"202410.27.0", "202410.27.0-2024.12.01"},
           Case{"202410.27.0-2024.11.30", "202410.27.0-2024.12.01"},
           Case{"20348.2582.240716", "20348.2700.240911"},
           Case{"202410.9.0", "202410.10.0"},
       }) {
    EXPECT_TRUE(compare_releases(c.older, c.newer) < 0) << c.older << " " << c.newer;
    EXPECT_TRUE(compare_releases(c.newer, c.older) > 0) << c.older << " " << c.newer;
    EXPECT_TRUE(compare_releases(c.older, c.older) == 0) << c.older;
  }
}

}  // namespace
}  // namespace bulwark::posture
