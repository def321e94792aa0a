#include "posture/image_syntax.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(ImageSyntax, Names) {
  const std::string hex(64, 'a');
  for (const std::string& image :
       {std::string(), std::string("nginx"), std::string("nginx:1.25"), std::string("library/nginx"),
        std::string("localhost:5000/team/web:1.0"), std::string("Registry.Example/web"),
        std::string("a__b/c--d.e_f:v1"), std::string("registry.example:5000/web@sha256:") + hex,
        "web:1@sha256:" + hex, std::string("web:V1.0_rc-1"), std::string("[2001:db8::1]:5000/web:1"),
        std::string("xn--bcher-kva.example/web")}) {
    EXPECT_EQ(image_fault(image), "") << image;
  }
}

TEST(ImageSyntax, Faults) {
  struct Case {
    const char *image, *fault;
  };
  for (const Case& c : {
           Case{" nginx", "it has white space"},
           Case{"nginx:1.25 ", "it has white space"},
           Case{"https://registry.example/web:1", "it begins with a scheme, as only URLs do"},
           Case{"Nginx", "its repository has capital letters"},
           Case{"registry.example/Team/web", "its repository has capital letters"},
           Case{"registry.example//web", "a part of its repository is empty"},
           Case{"registry.example/web/", "a part of its repository is empty"},
           Case{"registry.example/-web", "\"-web\" is no part of a repository"},
           Case{"web..app", "\"web..app\" is no part of a repository"},
           Case{"${image}", "\"${image}\" is no part of a repository"},
           Case{"<image>:1", "\"<image>\" is no part of a repository"},
           Case{"web:", "its tag is empty"},
           Case{"web:.1", "\".1\" is no tag"},
           Case{"web:1+2", "\"1+2\" is no tag"},
           Case{"web:${TAG}", "\"${TAG}\" is no tag"},
           Case{"web@", "\"\" is no digest"},
           Case{"web@sha256:abc", "\"sha256:abc\" is no digest"},
           Case{"registry_.example/web", "\"registry_.example\" is no registry"},
           Case{"registry.example:port/web", "\"registry.example:port\" is no registry"},
       }) {
    EXPECT_EQ(image_fault(c.image), c.fault) << c.image;
  }
  EXPECT_EQ(image_fault("web:" + std::string(129, 'a')), "its tag is longer than 128 characters");
  EXPECT_EQ(image_fault(std::string(300, 'a')), "it is longer than 255 characters");
}

}  // namespace
}  // namespace bulwark::posture
