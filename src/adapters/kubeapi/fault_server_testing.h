// A server for tests that answers whatever the test says, right or wrong: HTTP/1.1 on loopback, with TLS if
// wanted.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/kubeapi/tls_testing.h"

namespace bulwark::adapters {

struct TestRequest {
  std::string method, target, body;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string client;                          // common name of the client's certificate
  std::string server_name;                     // SNI
};

// The bytes as gzip makes them, without compression (RFC 1951, 3.2.4).
inline std::string stored_gzip(std::string_view text) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", 11);
  const auto number = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
  };
  const auto size = static_cast<std::uint32_t>(text.size());
  number(size, 2);
  number(~size, 2);
  out += text;
  std::uint32_t crc = ~0U;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  number(~crc, 4);
  number(size, 4);
  return out;
}

// The server's end of one connection.
class TestPeer {
 public:
  TestPeer(int socket, SSL* tls, const std::atomic<bool>& stop) : socket_(socket), tls_(tls), stop_(stop) {}

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        closed_ = true;
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void answer(int code, std::string_view body, std::string_view headers = "Content-Type: application/json\r\n") {
    send(fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", code, body.size(), headers, body));
  }
  // The head of an answer whose length nobody knows; chunks follow.
  void begin_chunks(std::string_view headers = "Content-Type: application/json\r\n") {
    send(fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{}\r\n", headers));
  }
  void chunk(std::string_view bytes) { send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes)); }
  void end_chunks() { send("0\r\n\r\n"); }
  void close() { closed_ = true; }
  // RST instead of an orderly end.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    closed_ = reset_ = true;
  }
  // Holds the connection and says nothing, until the client goes or the server is stopped.
  void hold() {
    while (!stop_) {
      pollfd at{socket_, POLLIN, 0};
      char byte = 0;
      if (::poll(&at, 1, 10) > 0 && ::recv(socket_, &byte, 1, MSG_PEEK) <= 0) break;
      if (at.revents != 0) ::usleep(1000);
    }
    closed_ = true;
  }
  bool is_closed() const { return closed_; }
  bool is_reset() const { return reset_; }

  // Reads one request; false at the end of the connection.
  bool receive(TestRequest& request) {
    std::size_t head = std::string::npos;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return false;
      // TLS to a port without it: answered as Go's servers do.
      if (tls_ == nullptr && buffer_.starts_with('\x16')) {
        answer(400, "", "Connection: close\r\n");
        return false;
      }
    }
    std::string_view text = std::string_view(buffer_).substr(0, head + 2);
    std::string_view first = text.substr(0, text.find("\r\n"));
    request.method = first.substr(0, first.find(' '));
    first.remove_prefix(request.method.size() + 1);
    request.target = first.substr(0, first.find(' '));
    for (text.remove_prefix(text.find("\r\n") + 2); !text.empty(); text.remove_prefix(text.find("\r\n") + 2)) {
      const std::string_view line = text.substr(0, text.find("\r\n"));
      std::string name(line.substr(0, line.find(':')));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      std::string& value = request.headers[name];
      value += (value.empty() ? "" : "|") + std::string(line.substr(name.size() + 2));
    }
    const std::size_t size =
        request.headers.contains("content-length") ? std::stoul(request.headers["content-length"]) : 0;
    while (buffer_.size() < head + 4 + size) {
      if (!read_more()) return false;
    }
    request.body = buffer_.substr(head + 4, size);
    buffer_.erase(0, head + 4 + size);
    return true;
  }

 private:
  bool read_more() {
    char bytes[16384];
    const auto got =
        tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  SSL* tls_;
  const std::atomic<bool>& stop_;
  std::string buffer_;
  bool closed_ = false, reset_ = false;
};

class FaultServer {
 public:
  using Handler = std::function<void(const TestRequest&, TestPeer&)>;

  // With an identity it speaks TLS; with a client authority it asks for client certificates.
  explicit FaultServer(Handler handler, const TestIdentity* identity = nullptr, const std::string& client_ca = "")
      : handler_(std::move(handler)) {
    ::signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
    if (identity != nullptr) prepare_tls(*identity, client_ca);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 64) != 0)
      std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;
  ~FaultServer() {
    stop_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  int port() const { return port_; }
  std::string url() const { return fmt::format("{}://127.0.0.1:{}", context_ ? "https" : "http", port_); }
  std::vector<TestRequest> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return threads_.size();
  }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  void prepare_tls(const TestIdentity& identity, const std::string& client_ca) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    const std::unique_ptr<BIO, decltype(&BIO_free)> certificate(BIO_new_mem_buf(identity.certificate.data(), -1),
                                                                &BIO_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> key(BIO_new_mem_buf(identity.key.data(), -1), &BIO_free);
    X509* x509 = PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr);
    EVP_PKEY* secret = PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
    if (SSL_CTX_use_certificate(context_.get(), x509) != 1 ||
        SSL_CTX_use_PrivateKey(context_.get(), secret) != 1) {
      std::abort();
    }
    X509_free(x509);
    EVP_PKEY_free(secret);
    if (client_ca.empty()) return;
    const std::unique_ptr<BIO, decltype(&BIO_free)> ca(BIO_new_mem_buf(client_ca.data(), -1), &BIO_free);
    X509* root = PEM_read_bio_X509(ca.get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), root);
    X509_free(root);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }

  void accept_all() {
    while (!stop_) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    SSL* tls = nullptr;
    bool open = true;
    if (context_) {
      tls = SSL_new(context_.get());
      SSL_set_fd(tls, socket);
      open = SSL_accept(tls) == 1;
    }
    TestPeer peer(socket, tls, stop_);
    for (TestRequest request; open && !stop_ && !peer.is_closed() && peer.receive(request); request = {}) {
      if (tls != nullptr) describe(tls, request);
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(request);
      }
      handler_(request, peer);
    }
    if (tls != nullptr && !peer.is_reset()) SSL_shutdown(tls);
    if (tls != nullptr) SSL_free(tls);
    const std::lock_guard lock(mutex_);
    std::erase(sockets_, socket);
    ::close(socket);
  }

  static void describe(SSL* tls, TestRequest& request) {
    if (const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name); name != nullptr)
      request.server_name = name;
    X509* certificate = SSL_get1_peer_certificate(tls);
    if (certificate == nullptr) return;
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    request.client = name;
    X509_free(certificate);
  }

  Handler handler_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::vector<TestRequest> received_;
  std::thread acceptor_;
};

}  // namespace bulwark::adapters
