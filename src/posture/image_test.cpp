#include "posture/image.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(Image, Parts) {
  struct Case {
    const char *text, *registry, *repository, *tag, *digest;
  };
  for (const Case& c : {
           Case{"nginx", "", "nginx", "", ""},
           Case{"nginx:1.25", "", "nginx", "1.25", ""},
           Case{"library/nginx:1.25", "", "library/nginx", "1.25", ""},
           Case{"localhost/web", "localhost", "web", "", ""},
           Case{"localhost:5000/web", "localhost:5000", "web", "", ""},
           Case{"shop.azurecr.io/team/web:2@sha256:aa", "shop.azurecr.io", "team/web", "2", "sha256:aa"},
           Case{"mcr.microsoft.com/dotnet/runtime-deps:6.0", "mcr.microsoft.com", "dotnet/runtime-deps", "6.0",
                ""},
           Case{"", "", "", "", ""},
       }) {
    const ImageReference image = parse_image(c.text);
    EXPECT_EQ(image.registry, c.registry) << c.text;
    EXPECT_EQ(image.repository, c.repository) << c.text;
    EXPECT_EQ(image.tag, c.tag) << c.text;
    EXPECT_EQ(image.digest, c.digest) << c.text;
  }
}

}  // namespace
}  // namespace bulwark::posture
