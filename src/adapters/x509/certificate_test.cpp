#include "adapters/x509/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubeapi/tls_testing.h"
#include "base/rfc3339.h"

namespace bulwark::adapters {
namespace {

// Signed by itself; its end is a GeneralizedTime, as all from the year 2050 on are.
constexpr std::string_view fixed = R"(-----BEGIN CERTIFICATE-----
MIIBLzCB16ADAgECAgEHMAoGCCqGSM49BAMCMCExDTALBgNVBAoMBHRlYW0xEDAO
BgNVBAMMB2EsIGLDvAowIBcNMjYwMTAyMDMwNDA1WhgPMjA1MTEyMzEyMzU5NTla
MCExDTALBgNVBAoMBHRlYW0xEDAOBgNVBAMMB2EsIGLDvAowWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAS3gZ85owCGzE7ixPRruwhDx3OjDESkbpD9zz500oxdiBft
z3h1OaQFjmJnrVOSAunH+7W4m8uv2qSb4UbGBIuXMAoGCCqGSM49BAMCA0cAMEQC
IAsQ/3bSyggDwRB2U+fFMBYHbd4mxMjBT0cCWZfdrHf0AiBXMSqR+Tjmix9IaMZ0
45yZSsp6WFGSQ15KGqJ8YkLyJA==
-----END CERTIFICATE-----
)";

TEST(Certificates, SaysWhatStandsInThem) {
  const auto certificates = read_certificates(fixed);
  ASSERT_TRUE(certificates) << certificates.error().text();
  ASSERT_EQ(certificates->size(), 1U);
  const Certificate& one = certificates->front();
  EXPECT_EQ(one.subject, R"(CN=a\, b\C3\BC\0A,O=team)");
  EXPECT_EQ(base::rfc3339(one.not_before), "2026-01-02T03:04:05Z");
  EXPECT_EQ(base::rfc3339(one.not_after), "2051-12-31T23:59:59Z");
}

std::string on_one_line(const std::string& pem) {
  const std::size_t begin = pem.find('\n') + 1, end = pem.rfind("-----END");
  std::string body = pem.substr(begin, end - begin);
  std::erase(body, '\n');
  return pem.substr(0, begin) + body + '\n' + pem.substr(end);
}

TEST(Certificates, TakesThoseThatItCanRead) {
  TestAuthority authority("ours");
  const TestIdentity first = authority.issue("first", ""), second = authority.issue("second", "");
  std::string broken = first.certificate;
  broken.replace(broken.find('\n') + 1, 4, "????");
  std::string other = first.certificate;  // sound base64, and no certificate
  other.replace(other.find('\n') + 1, 4, "AAAA");
  struct Case {
    const char* name;
    std::string pem;
    std::vector<const char*> subjects;
  };
  for (const Case& c : {
           Case{"one", first.certificate, {"CN=first"}},
           Case{"two", first.certificate + second.certificate, {"CN=first", "CN=second"}},
           Case{"among words",
                "first:\n" + first.certificate + "second:\n" + second.certificate,
                {"CN=first", "CN=second"}},
           Case{"with a key", first.key + first.certificate, {"CN=first"}},
           Case{"one long line", on_one_line(first.certificate), {"CN=first"}},
           Case{"broken base64 before", broken + second.certificate, {"CN=second"}},
           Case{"another thing before", other + second.certificate, {"CN=second"}},
           Case{"broken alone", broken, {}},
           Case{"cut off", first.certificate.substr(0, 200), {}},
           Case{"key alone", first.key, {}},
           Case{"empty", "", {}},
           Case{"words", "no certificate", {}},
       }) {
    const auto certificates = read_certificates(c.pem);
    if (c.subjects.empty()) {
      ASSERT_FALSE(certificates) << c.name;
      EXPECT_EQ(certificates.error().message, "there is no certificate in it") << c.name;
      continue;
    }
    ASSERT_TRUE(certificates) << c.name;
    std::vector<std::string> subjects;
    for (const Certificate& each : *certificates) subjects.push_back(each.subject);
    EXPECT_THAT(subjects, testing::ElementsAreArray(c.subjects)) << c.name;
  }
}

}  // namespace
}  // namespace bulwark::adapters
