// HTTP to one server: many requests at once on few connections (HTTP/2 where the server has it). Nothing moves but
// within step(), on the caller's thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulwark::adapters {

struct HttpEndpoint {
  std::string ca;  // PEM; empty: the system's certificate authorities
  bool insecure = false;
  std::string server;           // scheme://host:port and perhaps a path
  std::string tls_server_name;  // sent as SNI and looked for in the certificate, instead of the host
  std::string proxy_url;
  bool compress = true;
  std::chrono::milliseconds connect_limit{10'000};
};

struct HttpRequest {
  std::string method = "GET";
  std::string target;  // path and query, behind the endpoint's server
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string certificate, key;                  // PEM
  std::chrono::milliseconds idle_limit{60'000};  // without a single byte; a failure
};

// Why no whole answer came.
struct HttpFailure {
  enum class Kind : std::uint8_t {
    none,
    not_sent,   // the server was not reached: trying again does no harm
    untrusted,  // certificates do not fit: trying again does no good
    silent,     // no byte within the idle limit
    broken,     // the connection ended within the answer, or the answer is no HTTP
  };
  Kind kind = Kind::none;
  std::string message;  // without the names of context and server
};

class Http;

// One request and what has come of its answer. Destroying it ends the request.
class HttpTransfer {
 public:
  virtual ~HttpTransfer() = default;
  virtual int status() const = 0;  // 0 until the head of the answer is there
  // Value of a header of the answer; names in lower case.
  virtual std::string_view header(std::string_view name) const = 0;
  // Body that has come and was not taken yet. One step() brings 1.6 MB at the most (libcurl reads a hundred
  // buffers); nothing holds a transfer back beyond that, for a paused stream would stall the others of its
  // connection (libcurl 7.88 with HTTP/2).
  virtual std::string take() = 0;
  virtual bool has_body() const = 0;
  // Everything has come, or it failed; body may still be there to take.
  virtual bool is_done() const = 0;
  virtual const HttpFailure& failure() const = 0;
};

class Http {
 public:
  explicit Http(HttpEndpoint endpoint);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Begins a request. `this` must outlive the transfer.
  std::unique_ptr<HttpTransfer> start(HttpRequest request);
  // Moves all transfers; returns as soon as one of them has anything new, or after `longest`.
  void step(std::chrono::milliseconds longest);
  // Closes every connection, for they no longer lead anywhere; transfers that are not done fail as broken.
  void drop_connections();
  // The certificate that the server showed when the last connection was opened, as PEM; empty without TLS.
  const std::string& server_certificate() const;
  // Connections that were opened so far: shows whether requests share them.
  std::uint64_t connections_opened() const;

 private:
  class Transfer;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bulwark::adapters
