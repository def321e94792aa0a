#include "adapters/x509/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>

namespace bulwark::adapters {

namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeBytes {
  template <class T>
  void operator()(T* bytes) const {
    OPENSSL_free(bytes);
  }
};

std::optional<std::chrono::sys_seconds> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(parts.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

std::string subject_of(const X509* certificate) {
  const std::unique_ptr<BIO, Free> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::optional<Certificate> certificate_of(const unsigned char* der, long size) {
  const unsigned char* at = der;
  const std::unique_ptr<X509, Free> parsed(d2i_X509(nullptr, &at, size));
  if (!parsed || at != der + size) return std::nullopt;
  const auto from = time_of(X509_get0_notBefore(parsed.get())), until = time_of(X509_get0_notAfter(parsed.get()));
  if (!from || !until) return std::nullopt;
  return Certificate{subject_of(parsed.get()), *from, *until};
}

}  // namespace

base::Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
  std::vector<Certificate> found;
  const std::size_t size = std::min<std::size_t>(pem.size(), std::numeric_limits<int>::max());
  const std::unique_ptr<BIO, Free> in(BIO_new_mem_buf(pem.data(), static_cast<int>(size)));
  bool end = !in || pem.empty();
  while (!end) {
    char *name = nullptr, *header = nullptr;
    unsigned char* der = nullptr;
    long length = 0;
    if (PEM_read_bio(in.get(), &name, &header, &der, &length) == 1) {
      const std::unique_ptr<char, FreeBytes> own_name(name), own_header(header);
      const std::unique_ptr<unsigned char, FreeBytes> own_der(der);
      if (std::string_view(name) == PEM_STRING_X509 && *header == '\0') {
        if (auto certificate = certificate_of(der, length)) found.push_back(*std::move(certificate));
      }
    } else {
      // After a broken block the next one may be sound.
      end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE || BIO_eof(in.get()) != 0;
    }
    ERR_clear_error();
  }
  if (found.empty()) return base::fail("there is no certificate in it");
  return found;
}

}  // namespace bulwark::adapters
