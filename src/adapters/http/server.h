// An HTTP/1.1 server on the loopback address (Boost.Beast), for one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/http_message.h"
#include "base/result.h"

namespace bulwark::adapters {

struct HttpServerOptions {
  std::uint16_t port = 0;  // 0: any that is free
  std::uint32_t most_header = 64U * 1024;
  std::uint64_t most_body = 4UL * 1024 * 1024;
  std::size_t most_connections = 512;
  std::chrono::seconds idle{300};    // a connection without a request is closed
  std::chrono::seconds writing{30};  // a reader that takes nothing for so long is gone
};

class HttpServer {
 public:
  // Binds to 127.0.0.1. Error: the port is taken.
  static base::Result<HttpServer> listen(const HttpServerOptions& options);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();

  std::uint16_t port() const;
  // Serves until `stop` turns true, and ends streams and connections in good order then. Requests, streams and
  // `tick`, which is called about every `interval`, run on the calling thread, one at a time; streams are asked
  // anew after each of them. Requests that a web page makes (with an Origin, or another Host than this machine's
  // own) are refused: a server without passwords must not be reachable from a browser.
  void run(base::HttpHandler& handler, const std::atomic<bool>& stop, std::chrono::milliseconds interval,
           const std::function<void()>& tick);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulwark::adapters
