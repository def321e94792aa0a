#include "e2e/support/certificates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <utility>

#include "e2e/support/openssl_handles.h"

namespace bulwark::e2e {
namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

base::Error openssl_error(std::string_view what) {
  std::string reason(256, '\0');
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return {.message = fmt::format("{}: {}", what, reason.c_str()), .file = {}};
}

// What a PEM_write_bio function writes.
template <class Write>
base::Result<std::string> to_pem(Write write) {
  const Bio memory(BIO_new(BIO_s_mem()));
  if (!memory || write(memory.get()) != 1) return std::unexpected(openssl_error("cannot write PEM"));
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

base::Result<std::string> private_pem(EVP_PKEY* key) {
  return to_pem(
      [key](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

base::Result<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return std::unexpected(openssl_error("cannot make a key"));
  return key;
}

bool add_extension(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_nconf_nid(nullptr, &context, what, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_name(X509_NAME* name, const char* field, const std::string& value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

// A certificate with a random serial number, all but names, extensions and signature.
Certificate make_certificate(EVP_PKEY* key, std::chrono::seconds lifetime) {
  std::uint64_t serial = 0;
  Certificate certificate(X509_new());
  const bool made = certificate && RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
                    X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), lifetime.count()) != nullptr &&
                    X509_set_pubkey(certificate.get(), key) == 1;
  return made ? std::move(certificate) : nullptr;
}

base::Result<KeyPair> to_pair(X509* certificate, EVP_PKEY* key) {
  KeyPair pair;
  pair.certificate = TRY(to_pem([certificate](BIO* out) { return PEM_write_bio_X509(out, certificate); }));
  pair.key = TRY(private_pem(key));
  return pair;
}

}  // namespace

struct Authority::Signer {
  Key key;
  Certificate certificate;
};

Authority::Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;
Authority::~Authority() = default;

base::Result<Authority> Authority::create(const std::string& common_name) {
  Authority authority;
  authority.signer_ = std::make_unique<Signer>();
  Signer& signer = *authority.signer_;
  signer.key = TRY(make_key());
  signer.certificate = make_certificate(signer.key.get(), std::chrono::hours(24 * 3650));
  X509* own = signer.certificate.get();
  if (own == nullptr || !add_name(X509_get_subject_name(own), "CN", common_name) ||
      X509_set_issuer_name(own, X509_get_subject_name(own)) != 1 ||
      !add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature") ||
      !add_extension(own, own, NID_subject_key_identifier, "hash") ||
      X509_sign(own, signer.key.get(), EVP_sha256()) == 0) {
    return std::unexpected(openssl_error("cannot make the authority " + common_name));
  }
  authority.pair_ = TRY(to_pair(own, signer.key.get()));
  return authority;
}

base::Result<KeyPair> Authority::issue(const CertificateRequest& request) const {
  const Key key = TRY(make_key());
  const Certificate certificate = make_certificate(key.get(), request.lifetime);
  X509* issued = certificate.get();
  X509* issuer = signer_->certificate.get();
  bool made = issued != nullptr && X509_set_issuer_name(issued, X509_get_subject_name(issuer)) == 1;
  for (const std::string& organization : request.organizations) {
    made = made && add_name(X509_get_subject_name(issued), "O", organization);
  }
  const bool is_server = request.use == CertificateRequest::Use::server;
  made = made && add_name(X509_get_subject_name(issued), "CN", request.common_name) &&
         add_extension(issued, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(issued, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(issued, issuer, NID_ext_key_usage, is_server ? "serverAuth" : "clientAuth") &&
         add_extension(issued, issuer, NID_authority_key_identifier, "keyid:always");
  if (!request.hosts.empty()) {
    made = made &&
           add_extension(issued, issuer, NID_subject_alt_name, fmt::format("{}", fmt::join(request.hosts, ",")));
  }
  if (!made || X509_sign(issued, signer_->key.get(), EVP_sha256()) == 0) {
    return std::unexpected(openssl_error("cannot issue a certificate for " + request.common_name));
  }
  return to_pair(issued, key.get());
}

base::Result<KeyPair> make_signing_key() {
  const Key key = TRY(make_key());
  KeyPair pair;
  pair.certificate = TRY(to_pem([&key](BIO* out) { return PEM_write_bio_PUBKEY(out, key.get()); }));
  pair.key = TRY(private_pem(key.get()));
  return pair;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace bulwark::e2e
