#include "kube/seccomp_profile.h"

#include <gtest/gtest.h>

#include <string>

#include "document/reader.h"
#include "kube/object.h"

namespace bulwark::kube {
namespace {

class Decoded : public document::DocumentSink {
 public:
  explicit Decoded(std::string text)
      : text_(std::move(text)), source_("profile", text_), decoder(arena, source_.text()) {
    document::read_yaml(source_, {0, static_cast<std::uint32_t>(text_.size())}, documents_, {}, *this);
  }
  void on_document(const document::Node& root) override { object = decode_object(root, {}, arena, decoder); }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

 private:
  std::string text_;
  document::Source source_;
  base::Arena documents_;

 public:
  base::Arena arena;
  Decoder decoder;
  const Object* object = nullptr;
};

TEST(SeccompProfile, FileIsKnownByItsDefaultAction) {
  const std::string text =
      R"({"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],)"
      R"("syscalls":[{"names":["chmod"],"name":"chmod","action":"SCMP_ACT_ERRNO","errnoRet":1,)"
      R"("args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_EQ"}],"includes":{"caps":["CAP_CHOWN"]}}]})";
  const Decoded decoded(text);
  ASSERT_NE(decoded.object, nullptr);
  EXPECT_EQ(decoded.object->kind, ResourceKind::seccomp_profile);
  EXPECT_EQ(decoded.object->kind_name, "SeccompProfile");
  EXPECT_TRUE(decoded.object->api_version.empty());
  EXPECT_TRUE(decoded.object->namespace_or_default().empty());
  const auto* profile = as<SeccompProfile>(*decoded.object);
  ASSERT_NE(profile, nullptr);
  EXPECT_TRUE(profile->is_file);
  EXPECT_EQ(profile->spec.default_action, "SCMP_ACT_ALLOW");
  ASSERT_EQ(profile->spec.syscalls.size(), 1U);
  const SeccompRule& rule = profile->spec.syscalls[0];
  EXPECT_EQ(rule.name, "chmod");
  EXPECT_EQ(rule.errno_ret, 1);
  ASSERT_EQ(rule.args.size(), 1U);
  EXPECT_EQ(rule.args[0].op, "SCMP_CMP_EQ");
  ASSERT_NE(rule.includes, nullptr);
  EXPECT_EQ(rule.includes->caps.size(), 1U);
  EXPECT_EQ(encode_object(*decoded.object),
            R"({"architectures":["SCMP_ARCH_X86_64"],"defaultAction":"SCMP_ACT_ALLOW",)"
            R"("syscalls":[{"action":"SCMP_ACT_ERRNO","args":[{"index":0,"op":"SCMP_CMP_EQ"}],"errnoRet":1,)"
            R"("includes":{"caps":["CAP_CHOWN"]},"name":"chmod","names":["chmod"]}]})");
}

TEST(SeccompProfile, ResourceHasItsSpec) {
  const Decoded decoded(
      "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\nmetadata: {name: a}\n"
      "spec: {baseProfileName: runc, defaultAction: SCMP_ACT_ERRNO, syscals: []}\n");
  ASSERT_NE(decoded.object, nullptr);
  const auto* profile = as<SeccompProfile>(*decoded.object);
  ASSERT_NE(profile, nullptr);
  EXPECT_FALSE(profile->is_file);
  EXPECT_EQ(profile->spec.base_profile_name, "runc");
}

TEST(SeccompProfile, OtherDocumentsAreNone) {
  for (const char* text : {"defaultAction: allow", "defaultAction: {a: SCMP_ACT_ALLOW}", "syscalls: []", "[]", "a",
                           "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, defaultAction: SCMP_ACT_ALLOW}",
                           "{apiVersion: example.org/v1, kind: SeccompProfile, spec: {}}"}) {
    const Decoded decoded(text);
    EXPECT_TRUE(decoded.object == nullptr || decoded.object->kind != ResourceKind::seccomp_profile) << text;
  }
}

}  // namespace
}  // namespace bulwark::kube
