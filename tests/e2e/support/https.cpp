#include "e2e/support/https.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>

#include "e2e/support/openssl_handles.h"

namespace bulwark::e2e {
namespace {

using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, Free<SSL_free>>;

struct Socket {
  int number = -1;
  explicit Socket(int what) : number(what) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (number >= 0) ::close(number);
  }
};

// A server that closes while OpenSSL writes must not end this process.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
  ~NoBrokenPipe() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const timespec at_once{};
    while (::sigtimedwait(&pipe_, nullptr, &at_once) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{}, before_{};
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

base::Error failure(const std::string& what) {
  std::string reason = std::strerror(errno);
  if (const unsigned long code = ERR_get_error(); code != 0) {
    reason.assign(256, '\0');
    ERR_error_string_n(code, reason.data(), reason.size());
    reason.resize(std::strlen(reason.c_str()));
  }
  ERR_clear_error();
  return {.message = what + ": " + reason, .file = {}};
}

Certificate read_certificate(const std::string& pem) {
  const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
}

bool show(SSL_CTX* context, const KeyPair& identity) {
  const Certificate certificate = read_certificate(identity.certificate);
  const Bio text(BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())));
  const Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
  return certificate && key && SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

base::Result<HttpAnswer> https_get(std::uint16_t port, const std::string& path, const std::string& authority,
                                   const KeyPair* identity) {
  const std::string where = fmt::format("https://127.0.0.1:{}{}", port, path);
  const Context context(SSL_CTX_new(TLS_client_method()));
  const Certificate trusted = read_certificate(authority);
  if (!context || !trusted || X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), trusted.get()) != 1 ||
      (identity != nullptr && !show(context.get(), *identity))) {
    return std::unexpected(failure(where));
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);

  const NoBrokenPipe guard;
  const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in address = loopback(port);
  if (::connect(socket.number, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected(failure(where));
  }
  const Connection connection(SSL_new(context.get()));
  if (!connection || SSL_set_fd(connection.get(), socket.number) != 1 ||
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection.get()), "127.0.0.1") != 1 ||
      SSL_connect(connection.get()) != 1) {
    return std::unexpected(failure(where));
  }
  // HTTP/1.0: the answer ends with the connection and comes in one piece.
  const std::string request = fmt::format("GET {} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n\r\n", path, port);
  if (SSL_write(connection.get(), request.data(), static_cast<int>(request.size())) <= 0) {
    return std::unexpected(failure(where));
  }
  std::string answer;
  std::array<char, 16384> buffer{};
  for (int got = 0; (got = SSL_read(connection.get(), buffer.data(), buffer.size())) > 0;) {
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  HttpAnswer result;
  const std::size_t space = answer.find(' ');
  const std::size_t body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/") || space == std::string::npos || body == std::string::npos ||
      std::from_chars(answer.data() + space + 1, answer.data() + answer.size(), result.status).ec != std::errc{}) {
    return base::fail(where + ": the answer is no HTTP");
  }
  result.body = answer.substr(body + 4);
  return result;
}

base::Result<std::uint16_t> free_port() {
  const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(socket.number, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::getsockname(socket.number, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return std::unexpected(failure("no free port"));
  }
  return ntohs(address.sin_port);
}

}  // namespace bulwark::e2e
