// Certificates for tests, made when they are needed.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace bulwark::adapters {

struct TestIdentity {
  std::string certificate, key;  // PEM
};

// A certificate authority of its own.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    sign(certificate_.get(), key_.get(), name, -1, 365, "critical,CA:TRUE", "");
  }

  std::string certificate() const { return pem(certificate_.get()); }

  // `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:example"; valid from and until so many days from now.
  TestIdentity issue(const std::string& common_name, const std::string& names, long from = -1, long until = 30) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    sign(certificate.get(), key.get(), common_name, from, until, "critical,CA:FALSE", names);
    const std::unique_ptr<BIO, Free> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {pem(certificate.get()), text(out.get())};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  static std::string text(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  static std::string pem(X509* certificate) {
    const std::unique_ptr<BIO, Free> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate);
    return text(out.get());
  }

  void sign(X509* certificate, EVP_PKEY* key, const std::string& name, long from, long until,
            const std::string& constraints, const std::string& names) {
    constexpr long day = 24 * 60 * 60;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until * day);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate_.get()));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate_.get(), certificate, nullptr, nullptr, 0);
    const auto extend = [&](int what, const std::string& value) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
      if (extension == nullptr) std::abort();
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, constraints);
    extend(NID_subject_key_identifier, "hash");
    if (!names.empty()) extend(NID_subject_alt_name, names);
    if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) std::abort();
  }

  Key key_;
  Certificate certificate_;
  long serial_ = 0;
};

}  // namespace bulwark::adapters
