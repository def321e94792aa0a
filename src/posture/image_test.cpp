#include "posture/image.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(Image, ComesFrom) {
  struct Case {
    const char* image;
    std::vector<std::string> registries;
    bool expected;
  };
  for (const Case& c : {
           Case{"nginx", {"docker.io"}, true},
           Case{"nginx", {"docker.io/library"}, true},
           Case{"nginx", {"docker.io/library/nginx"}, true},
           Case{"team/web", {"docker.io/library"}, false},
           Case{"docker.io/nginx", {"docker.io/library"}, true},
           Case{"shop.azurecr.io/web", {"*.azurecr.io"}, true},
           Case{"shop.azurecr.io/web", {"quay.io", "shop.azurecr.io/"}, true},
           Case{"shop.azurecr.io/web", {"azurecr.io"}, false},
           Case{"shop.azurecr.io/team/web", {"shop.azurecr.io/te"}, false},
           Case{"shop.azurecr.io/team/web", {"shop.azurecr.io/te*"}, true},
           Case{"evil.example/x.azurecr.io/web", {"*.azurecr.io"}, false},
           Case{"shop.azurecr.io/web", {}, false},
       }) {
    EXPECT_EQ(comes_from(parse_image(c.image), c.registries), c.expected) << c.image;
  }
}

}  // namespace
}  // namespace bulwark::posture
