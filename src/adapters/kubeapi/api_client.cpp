#include "adapters/kubeapi/api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

#include "adapters/kubeapi/status_reader.h"

namespace bulwark::adapters {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// So long a wait goes on after an interruption.
constexpr milliseconds breath{200};
constexpr std::size_t longest_failure = std::size_t{1} << 20;
constexpr std::size_t longest_answer = std::size_t{512} << 20;

HttpEndpoint endpoint_of(const Connection& connection, const ClientOptions& options) {
  return {.ca = connection.ca,
          .insecure = connection.insecure,
          .server = connection.server,
          .tls_server_name = connection.tls_server_name,
          .proxy_url = connection.proxy_url,
          .compress = connection.compress,
          .connect_limit = options.connect_limit};
}

// Seconds, or nothing: servers of Kubernetes send no dates there.
std::optional<std::chrono::seconds> retry_after(std::string_view text) {
  int seconds = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || wrong != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

ClientOptions filled(ClientOptions options) {
  if (!options.random) {
    options.random = [engine = std::mt19937_64(std::random_device{}())]() mutable {
      return std::uniform_real_distribution<double>(0, 1)(engine);
    };
  }
  options.plugin.interrupted = options.interrupted;
  return options;
}

}  // namespace

ApiClient::ApiClient(Connection connection, ClientOptions options)
    : connection_(std::move(connection)),
      options_(filled(std::move(options))),
      credentials_(connection_, options_.plugin),
      rate_(options_.queries_per_second, options_.burst),
      requests_(endpoint_of(connection_, options_)),
      streams_(endpoint_of(connection_, options_)) {
  for (const std::string& warning : connection_.warnings) notice(warning);
}

std::string with_place(const std::string& place, kube::Status status) {
  const std::string head = place + ": ";
  if (status.message.starts_with(head)) status.message.erase(0, head.size());
  return head + status.error().message;
}

std::string ApiClient::place() const {
  return credentials_.secrets().hide(
      fmt::format("context {}, server {}", connection_.context, connection_.server));
}

kube::Status ApiClient::fail(const std::string& what) const {
  return {.code = 0, .message = fmt::format("{}: {}", place(), credentials_.secrets().hide(what))};
}

void ApiClient::sleep(milliseconds time) {
  if (options_.sleep) return options_.sleep(time);
  const auto end = steady_clock::now() + time;
  while (!is_interrupted()) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    if (left <= milliseconds{0}) return;
    std::this_thread::sleep_for(std::min(left, breath));
  }
}

void ApiClient::be_slow() {
  const milliseconds pause = rate_.take(steady_clock::now());
  if (pause > milliseconds{0}) sleep(pause);
}

kube::Answer<std::unique_ptr<HttpTransfer>> ApiClient::start(Http& http, const ApiRequest& request,
                                                             milliseconds idle_limit) {
  auto shown = credentials_.current();
  if (!shown) return std::unexpected(fail(shown.error().text()));
  be_slow();
  HttpRequest sent{.method = request.method,
                   .target = request.target,
                   .body = request.body,
                   .headers = std::move(shown->headers),
                   .certificate = std::move(shown->certificate),
                   .key = std::move(shown->key),
                   .idle_limit = idle_limit};
  sent.headers.emplace_back("Accept", "application/json, */*");
  sent.headers.emplace_back("User-Agent", options_.user_agent);
  if (!request.content_type.empty()) sent.headers.emplace_back("Content-Type", request.content_type);
  return http.start(std::move(sent));
}

bool ApiClient::wait(Http& http, const HttpTransfer& transfer) {
  while (!transfer.has_body() && !transfer.is_done()) {
    if (is_interrupted()) return false;
    http.step(breath);
  }
  return !is_interrupted();
}

kube::Status ApiClient::failure_of(Http& http, HttpTransfer& transfer) {
  std::string body;
  while (wait(http, transfer) && transfer.has_body() && body.size() < longest_failure) body += transfer.take();
  const HttpFailure& failure = transfer.failure();
  if (is_interrupted()) return fail("interrupted");
  if (transfer.status() == 0) return fail(failure.message);
  kube::Status status = status_of_answer(transfer.status(), transfer.header("content-type"), body);
  if (!read_status(body)) status.message = fail(status.message).message;
  status.reason = credentials_.secrets().hide(std::move(status.reason));
  status.message = credentials_.secrets().hide(std::move(status.message));
  for (kube::Status::Cause& cause : status.causes) {
    cause.message = credentials_.secrets().hide(std::move(cause.message));
    cause.field = credentials_.secrets().hide(std::move(cause.field));
  }
  if (const auto seconds = retry_after(transfer.header("retry-after"))) status.retry_after = seconds;
  if (status.code == 401) {
    if (const std::string ours = place() + ": "; status.message.starts_with(ours))
      status.message.erase(0, ours.size());
    status.message = fail(fmt::format("the credentials are refused ({}); {}", status.message,
                                      credentials_.advice_when_refused()))
                         .message;
  }
  return status;
}

std::optional<milliseconds> ApiClient::pause_before_repeat(const HttpTransfer& transfer,
                                                           const kube::Status& failure, Repeat repeat,
                                                           BackOff& back_off) {
  if (is_interrupted()) return std::nullopt;
  const HttpFailure::Kind kind = transfer.failure().kind;
  if (transfer.status() == 0) {
    if (kind == HttpFailure::Kind::untrusted) return std::nullopt;
    // Silence has cost its full time already.
    if (kind == HttpFailure::Kind::silent || (kind == HttpFailure::Kind::broken && repeat != Repeat::always)) {
      return std::nullopt;
    }
    return back_off.next(random());
  }
  const int code = transfer.status();
  const bool refused = code == 429 || code == 503;
  if (!refused && (repeat != Repeat::always || (code != 500 && code != 502 && code != 504))) return std::nullopt;
  // Only the API itself names causes and details; its own word on an eviction is what was asked for.
  if (repeat == Repeat::if_unheard && transfer.header("content-type").starts_with("application/json")) {
    return std::nullopt;
  }
  const milliseconds pause = back_off.next(random());
  if (!failure.retry_after) return pause;
  if (*failure.retry_after > options_.longest_retry_after) return std::nullopt;
  return std::max<milliseconds>(*failure.retry_after, pause);
}

kube::Answer<std::unique_ptr<HttpTransfer>> ApiClient::open(const ApiRequest& request) {
  BackOff back_off(options_.first_back_off, options_.longest_back_off);
  bool renewed = false;
  for (;;) {
    auto transfer = start(requests_, request, options_.idle_limit);
    if (!transfer) return transfer;
    while ((*transfer)->status() == 0 && !(*transfer)->is_done() && !is_interrupted()) requests_.step(breath);
    const int code = (*transfer)->status();
    if (code >= 200 && code < 300) return transfer;
    kube::Status failure = failure_of(requests_, **transfer);
    if (code == 401 && !renewed && renew_credentials()) {
      renewed = true;
      continue;
    }
    if (back_off.tries() + 1 >= options_.attempts) return std::unexpected(std::move(failure));
    const auto pause = pause_before_repeat(**transfer, failure, request.repeat, back_off);
    if (!pause) return std::unexpected(std::move(failure));
    notice(fmt::format("{}; trying again in {:.1f} s", with_place(place(), failure),
                       static_cast<double>(pause->count()) / 1000));
    sleep(*pause);
    if (is_interrupted()) return std::unexpected(fail("interrupted"));
  }
}

kube::Answer<std::string> ApiClient::call(const ApiRequest& request) {
  for (int tries = 1;; ++tries) {
    auto transfer = TRY(open(request));
    std::string body;
    bool going = true;
    while (going) {
      going = wait(requests_, *transfer);
      body += transfer->take();
      if (body.size() > longest_answer) return std::unexpected(fail("the answer is too large"));
      if (transfer->is_done() && !transfer->has_body()) break;
    }
    if (is_interrupted()) return std::unexpected(fail("interrupted"));
    const HttpFailure& failure = transfer->failure();
    if (failure.kind == HttpFailure::Kind::none) return body;
    kube::Status status = fail(failure.message);
    if (request.repeat != Repeat::always || tries >= options_.attempts ||
        failure.kind == HttpFailure::Kind::silent) {
      return std::unexpected(std::move(status));
    }
    notice(status.message + "; trying again");
  }
}

bool ApiClient::probe() {
  const auto transfer = start(streams_, {.target = "/version"}, options_.probe_limit);
  if (!transfer) return false;
  const auto end = steady_clock::now() + options_.probe_limit;
  while ((*transfer)->status() == 0 && !(*transfer)->is_done() && steady_clock::now() < end && !is_interrupted()) {
    streams_.step(std::min(breath, options_.probe_limit));
  }
  return (*transfer)->status() != 0;
}

}  // namespace bulwark::adapters
