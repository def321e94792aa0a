// Certificates against the openssl command, which did not make them.
#include "e2e/support/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/os/process.h"
#include "e2e/support/scratch_folder.h"

namespace bulwark::e2e {
namespace {

using testing::HasSubstr;
using Use = CertificateRequest::Use;

class CertificatesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (adapters::find_program("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
    folder = std::make_unique<ScratchFolder>(ScratchFolder::create().value());
  }
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = folder->path() / name;
    EXPECT_TRUE(write_file(path, text));
    return path;
  }
  static adapters::Output openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    return adapters::run_program(arguments).value();
  }
  adapters::Output verify(const Authority& authority, const KeyPair& pair, const std::string& purpose,
                          std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"verify", "-x509_strict", "-purpose",
                                          purpose,  "-CAfile",      file("ca.crt", authority.pair().certificate)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(file("one.crt", pair.certificate));
    return openssl(arguments);
  }

  std::unique_ptr<ScratchFolder> folder;
};

TEST_F(CertificatesTest, WhatAnAuthorityIssuesIsTrustedForItsUse) {
  const Authority authority = Authority::create("kubernetes").value();
  const Authority other = Authority::create("kubernetes").value();
  const KeyPair client = authority.issue({"alice", {"dev", "ops"}, Use::client, {}}).value();
  const KeyPair server = authority.issue({"api", {}, Use::server, {"IP:127.0.0.1", "DNS:localhost"}}).value();
  EXPECT_EQ(verify(authority, client, "sslclient").status, 0);
  EXPECT_EQ(verify(authority, server, "sslserver", {"-verify_ip", "127.0.0.1"}).status, 0);
  EXPECT_EQ(verify(authority, server, "sslserver", {"-verify_hostname", "localhost"}).status, 0);

  EXPECT_NE(verify(other, client, "sslclient").status, 0) << "another authority of that name";
  EXPECT_NE(verify(authority, client, "sslserver").status, 0);
  EXPECT_NE(verify(authority, server, "sslclient").status, 0);
  EXPECT_NE(verify(authority, server, "sslserver", {"-verify_hostname", "elsewhere"}).status, 0);
}

TEST_F(CertificatesTest, TheSubjectIsAUserWithGroups) {
  const Authority authority = Authority::create("kubernetes").value();
  const KeyPair pair = authority.issue({"system:node:n1", {"system:nodes", "more"}, Use::client, {}}).value();
  const std::string path = file("one.crt", pair.certificate);
  EXPECT_EQ(openssl({"x509", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253"}).out,
            "subject=CN=system:node:n1,O=more,O=system:nodes\n");
}

TEST_F(CertificatesTest, OneCanHaveExpired) {
  const Authority authority = Authority::create("kubernetes").value();
  const KeyPair pair = authority.issue({"late", {}, Use::client, {}, std::chrono::minutes(-1)}).value();
  EXPECT_THAT(verify(authority, pair, "sslclient").err, HasSubstr("certificate has expired"));
}

TEST_F(CertificatesTest, ASigningKeyMatchesItsPublicKey) {
  const KeyPair pair = make_signing_key().value();
  EXPECT_EQ(openssl({"pkey", "-in", file("sa.key", pair.key), "-pubout"}).out, pair.certificate);
}

TEST(Base64, IsPadded) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""}, {"a", "YQ=="}, {"ab", "YWI="}, {"abc", "YWJj"}, {std::string("\0\xff", 2), "AP8="}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(base64(bytes), text);
}

}  // namespace
}  // namespace bulwark::e2e
