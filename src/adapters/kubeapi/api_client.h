// Requests to one API server, with credentials, rate limit, retries and readable failures. What client.cpp,
// list.cpp, watch.cpp and discovery.cpp share.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "adapters/kubeapi/credentials.h"
#include "adapters/kubeapi/http.h"
#include "adapters/kubeapi/pacing.h"
#include "kube/cluster.h"

namespace bulwark::adapters {

struct ClientOptions {
  std::string user_agent = "bulwark";
  std::uint32_t page_size = 500;   // objects of a list in one request
  double queries_per_second = 50;  // 0: no limit
  double burst = 100;
  int attempts = 6;  // of a request, the first included
  std::chrono::milliseconds first_back_off{200};
  std::chrono::milliseconds longest_back_off{10'000};
  std::chrono::seconds longest_retry_after{60};  // of a server that asks for more, the failure is told at once
  std::chrono::milliseconds connect_limit{10'000};
  std::chrono::milliseconds idle_limit{60'000};      // without a byte of an answer
  std::chrono::milliseconds watch_silence{100'000};  // the server sends a bookmark each minute
  std::chrono::seconds watch_duration{300};          // at least; at most twice as long (timeoutSeconds)
  std::chrono::milliseconds probe_limit{5'000};      // to find out whether a silent watch's connection still works
  PluginLimits plugin;
  std::function<double()> random;                        // from 0 to less than 1
  std::function<void(std::chrono::milliseconds)> sleep;  // between tries
  std::function<void(const std::string&)> notice = [](const std::string&) {
  };  // warnings and retries, for the user
  const std::atomic<bool>* interrupted = nullptr;  // true: every call ends at once with an error
};

// When a failed request may be sent again.
enum class Repeat : std::uint8_t {
  always,      // it changes nothing, or the same whenever it is sent
  if_refused,  // only when the server cannot have acted on it: not reached, or 429 and 503
  if_unheard,  // as if_refused, but an answer of the API itself (a Status) is final: evictions get 429 from
               // budgets
};

struct ApiRequest {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::string content_type;
  Repeat repeat = Repeat::always;
};

// A failure in one line: where (ApiClient::place), once, then what.
std::string with_place(const std::string& place, kube::Status status);

class ApiClient {
 public:
  ApiClient(Connection connection, ClientOptions options);

  const Connection& connection() const { return connection_; }
  const ClientOptions& options() const { return options_; }
  // Requests and streams of watches go over connections of their own: libcurl 7.88 stalls a large answer on an
  // HTTP/2 connection that other streams are open on.
  Http& requests() { return requests_; }
  Http& streams() { return streams_; }

  // The body of a successful answer.
  kube::Answer<std::string> call(const ApiRequest& request);
  // Sends, and repeats until an answer with success begins; its body is still to come.
  kube::Answer<std::unique_ptr<HttpTransfer>> open(const ApiRequest& request);
  // Waits until body or the end has come. False when interrupted.
  bool wait(Http& http, const HttpTransfer& transfer);
  // Whether the user wants all to end.
  bool is_interrupted() const { return options_.interrupted != nullptr && *options_.interrupted; }

  // One try without waiting, for watches.
  kube::Answer<std::unique_ptr<HttpTransfer>> start(Http& http, const ApiRequest& request,
                                                    std::chrono::milliseconds idle_limit);
  // After an answer with 401: whether other credentials are at hand now.
  bool renew_credentials() { return credentials_.renew(); }
  // The failure of a transfer that is done or answered with a code of failure; collects its body first.
  kube::Status failure_of(Http& http, HttpTransfer& transfer);
  // "context C, server S", without a secret: what our own messages begin with.
  std::string place() const;
  // A failure that is ours, with context and server named and no secret in it.
  kube::Status fail(const std::string& what) const;
  // How long to wait before another try; nullopt: it is of no use.
  std::optional<std::chrono::milliseconds> pause_before_repeat(const HttpTransfer& transfer,
                                                               const kube::Status& failure, Repeat repeat,
                                                               BackOff& back_off);
  void sleep(std::chrono::milliseconds time);
  double random() { return options_.random(); }
  void notice(const std::string& what) const { options_.notice(credentials_.secrets().hide(what)); }
  // Asks for /version within the probe limit: whether the connection of the streams still leads to a server.
  bool probe();

 private:
  void be_slow();

  Connection connection_;
  ClientOptions options_;
  Credentials credentials_;
  RateLimit rate_;
  Http requests_, streams_;
};

}  // namespace bulwark::adapters
