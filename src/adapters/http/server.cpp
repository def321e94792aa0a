// The one file that knows Beast and Asio, which take most of a minute to compile.

// g++ and clang both get the recycling of coroutine frames wrong now and then (qlever, pull request 1238).
#define BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
#include "adapters/http/server.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <tuple>

namespace bulwark::adapters {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Request = http::request<http::string_body>;

constexpr auto no_throw = [](error_code& error) { return asio::redirect_error(asio::use_awaitable, error); };

bool is_own_host(std::string_view host) {
  if (!host.ends_with(']')) host = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.rfind(':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

base::HttpResponse plain(int status, std::string text) {
  base::HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

base::HttpRequest converted(Request& request) {
  base::HttpRequest result;
  result.method = std::string(request.method_string());
  result.target = std::string(request.target());
  for (const auto& field : request) result.headers.emplace_back(field.name_string(), field.value());
  result.body = std::move(request.body());
  return result;
}

template <class Body>
void set_head(http::response<Body>& message, const base::HttpResponse& response) {
  message.result(static_cast<unsigned>(response.status));
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-cache, private");
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

}  // namespace

class HttpServer::Impl {
 public:
  explicit Impl(const HttpServerOptions& options) : options_(options), acceptor_(io_), ticker_(io_) {}

  error_code listen() {
    error_code error;
    const tcp::endpoint here(asio::ip::address_v4::loopback(), options_.port);
    // What these return is what they put into `error`.
    std::ignore = acceptor_.open(here.protocol(), error);
    if (!error) std::ignore = acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) std::ignore = acceptor_.bind(here, error);
    if (!error) std::ignore = acceptor_.listen(asio::socket_base::max_listen_connections, error);
    return error;
  }

  std::uint16_t port() const {
    error_code error;
    return acceptor_.local_endpoint(error).port();
  }

  void run(base::HttpHandler& handler, const std::atomic<bool>& stop, std::chrono::milliseconds interval,
           const std::function<void()>& tick) {
    handler_ = &handler;
    asio::co_spawn(io_, accept(), asio::detached);
    asio::co_spawn(io_, tick_until(stop, interval, tick), asio::detached);
    io_.run();
    // Streams say that they end, as long as their readers listen.
    closing_ = true;
    wake();
    io_.restart();
    constexpr auto patience = std::chrono::milliseconds(500);
    const auto end = std::chrono::steady_clock::now() + patience;
    while (streams_ > 0 && std::chrono::steady_clock::now() < end) io_.run_one_until(end);
    handler_ = nullptr;
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      error_code error;
      tcp::socket socket = co_await acceptor_.async_accept(no_throw(error));
      if (!acceptor_.is_open()) co_return;
      if (error == asio::error::no_descriptors) {
        // Room comes with the next connection that ends.
        asio::steady_timer rest(io_, std::chrono::milliseconds(100));
        co_await rest.async_wait(no_throw(error));
      }
      if (error || connections_ >= options_.most_connections) continue;
      asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> tick_until(const std::atomic<bool>& stop, std::chrono::milliseconds interval,
                                   const std::function<void()>& tick) {
    while (!stop) {
      ticker_.expires_after(interval);
      error_code error;
      co_await ticker_.async_wait(no_throw(error));
      if (stop) break;
      tick();
      wake();
    }
    error_code ignored;
    std::ignore = acceptor_.close(ignored);
    io_.stop();
  }

  // Lets every stream look whether there is something to tell.
  void wake() {
    for (asio::steady_timer* waiting : waiting_) waiting->cancel();
  }

  base::HttpResponse answer(Request& request) {
    if (!is_own_host(std::string_view(request[http::field::host])) || request.count(http::field::origin) > 0) {
      return plain(403, "this server answers programs on this machine alone, and no web pages\n");
    }
    return handler_->handle(converted(request));
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    struct Counted {
      explicit Counted(std::size_t& counter) : count(counter) { ++count; }
      Counted(const Counted&) = delete;
      Counted& operator=(const Counted&) = delete;
      ~Counted() { --count; }
      std::size_t& count;
    };
    const Counted counted(connections_);
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    error_code error;
    std::ignore = stream.socket().set_option(tcp::no_delay(true), error);
    bool goes_on = true;
    while (goes_on && !closing_) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(options_.most_header);
      parser.body_limit(options_.most_body);
      stream.expires_after(options_.idle);
      co_await http::async_read(stream, buffer, parser, no_throw(error));
      base::HttpResponse response;
      goes_on = !error;
      if (!error) {
        response = answer(parser.get());
        wake();
        goes_on = parser.get().keep_alive();
      } else if (error == http::error::body_limit) {
        response = plain(413, "the body of the request is too large\n");
      } else if (error == http::error::header_limit) {
        response = plain(431, "the head of the request is too large\n");
      } else if (error.category() == http::make_error_code(http::error::end_of_stream).category() &&
                 error != http::error::end_of_stream && error != http::error::partial_message) {
        response = plain(400, "this is no HTTP request\n");
      } else {
        break;  // the client is gone
      }
      const unsigned version = error ? 11 : parser.get().version();
      if (response.stream != nullptr) {
        const Counted counted_stream(streams_);
        co_await send_stream(stream, response, error);
        goes_on = false;
      } else {
        co_await send(stream, response, version, goes_on, error);
      }
      if (error) break;
    }
    std::ignore = stream.socket().shutdown(tcp::socket::shutdown_send, error);
  }

  asio::awaitable<void> send(beast::tcp_stream& stream, base::HttpResponse& response, unsigned version,
                             bool goes_on, error_code& error) {
    http::response<http::string_body> message;
    message.version(version);
    set_head(message, response);
    message.keep_alive(goes_on);
    message.body() = std::move(response.body);
    message.prepare_payload();
    stream.expires_after(options_.writing);
    co_await http::async_write(stream, message, no_throw(error));
  }

  asio::awaitable<void> send_stream(beast::tcp_stream& stream, base::HttpResponse& response, error_code& error) {
    http::response<http::empty_body> head;
    set_head(head, response);
    head.chunked(true);
    http::response_serializer<http::empty_body> serializer(head);
    stream.expires_after(options_.writing);
    co_await http::async_write_header(stream, serializer, no_throw(error));

    // Shared with the wait below, which may outlive this coroutine by a moment.
    const auto timer = std::make_shared<asio::steady_timer>(io_);
    const auto gone = std::make_shared<bool>(false);
    const auto end = std::chrono::steady_clock::now() + response.lifetime.value_or(std::chrono::hours(24));
    // A client says nothing during a stream: what can be read is its end.
    stream.socket().async_wait(tcp::socket::wait_read, [timer, gone](error_code) {
      *gone = true;
      timer->cancel();
    });
    const auto place = waiting_.insert(waiting_.end(), timer.get());
    bool more = true;
    while (!error && more && !*gone) {
      std::string text;
      more = !closing_ && response.stream->pull(text);
      if (!text.empty()) {
        stream.expires_after(options_.writing);
        co_await asio::async_write(stream, http::make_chunk(asio::buffer(text)), no_throw(error));
        continue;
      }
      if (!more) break;
      if (std::chrono::steady_clock::now() >= end) break;
      stream.expires_never();
      timer->expires_at(end);
      error_code woken;
      co_await timer->async_wait(no_throw(woken));
    }
    waiting_.erase(place);
    if (!error && !*gone) {
      stream.expires_after(options_.writing);
      co_await asio::async_write(stream, http::make_chunk_last(), no_throw(error));
    }
  }

  // What connections refer to outlives them: they end with io_ at the latest.
  HttpServerOptions options_;
  base::HttpHandler* handler_ = nullptr;
  std::list<asio::steady_timer*> waiting_;  // of streams
  std::size_t connections_ = 0, streams_ = 0;
  bool closing_ = false;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer ticker_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

base::Result<HttpServer> HttpServer::listen(const HttpServerOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  if (const error_code error = impl->listen()) {
    return base::fail("127.0.0.1:" + std::to_string(options.port) + ": " + error.message());
  }
  return HttpServer(std::move(impl));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }

void HttpServer::run(base::HttpHandler& handler, const std::atomic<bool>& stop, std::chrono::milliseconds interval,
                     const std::function<void()>& tick) {
  impl_->run(handler, stop, interval, tick);
}

}  // namespace bulwark::adapters
