#include "adapters/kubeapi/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "adapters/kubeapi/http_failure.h"
#include "adapters/kubeapi/http_url.h"

namespace bulwark::adapters {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds quiet_before_nudge{50};

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

template <class T>
void set(CURL* easy, CURLoption option, T value) {
  // Only an option that this libcurl lacks can fail: each is older than what CMake asks for.
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) std::abort();
}

// Go's clients never use the environment's proxy for this machine itself.
std::string no_proxy() {
  std::string list = "localhost,127.0.0.1,::1";
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return list + "," + value;
  }
  return list;
}

// A peer that is gone without a word: noticed by the kernel, idle or not.
int prepare_socket(void* /*unused*/, curl_socket_t socket, curlsocktype /*purpose*/) {
  const unsigned limit_ms = 30'000;
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof limit_ms);
  return CURL_SOCKOPT_OK;
}

}  // namespace

struct Http::State {
  HttpEndpoint endpoint;
  ServerUrl url;
  std::string no_proxy_list;
  std::unique_ptr<CURLM, FreeMulti> multi;
  std::vector<Transfer*> transfers;
  std::uint64_t opened = 0;
  std::string server_certificate;  // PEM
  std::optional<Clock::time_point> nudge_at;
  bool news = false;
};

class Http::Transfer final : public HttpTransfer {
 public:
  Transfer(State& state, HttpRequest request) : state_(state), request_(std::move(request)) {
    easy_.reset(curl_easy_init());
    if (!easy_) std::abort();  // no memory
    prepare();
    state_.transfers.push_back(this);
    curl_multi_add_handle(state_.multi.get(), easy_.get());
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() override {
    leave();
    std::erase(state_.transfers, this);
  }

  int status() const override { return status_; }
  std::string_view header(std::string_view name) const override {
    for (const auto& [key, value] : headers_) {
      if (key == name) return value;
    }
    return {};
  }
  std::string take() override {
    std::string body;
    body.swap(body_);
    return body;
  }
  bool has_body() const override { return !body_.empty(); }
  bool is_done() const override { return done_; }
  const HttpFailure& failure() const override { return failure_; }

  void finish(CURLcode code) {
    if (done_) return;
    long connects = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connects);
    state_.opened += static_cast<std::uint64_t>(connects);
    if (connects > 0) keep_certificate();
    end(judge_failure(code, easy_.get(), error_.data()));
  }
  void end(HttpFailure failure) {
    failure_ = std::move(failure);
    done_ = true;
    state_.news = true;
  }
  // Ends it when nothing came for too long.
  void judge_silence(Clock::time_point now) {
    if (done_ || now - last_byte_ < request_.idle_limit) return;
    end({HttpFailure::Kind::silent,
         fmt::format("no data for {:g} s", static_cast<double>(request_.idle_limit.count()) / 1000)});
    leave();
  }
  Clock::time_point silent_at() const { return last_byte_ + request_.idle_limit; }
  // Makes libcurl read for this request even though its socket has nothing new.
  void nudge() {
    curl_easy_pause(easy_.get(), CURLPAUSE_RECV);
    curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  }
  // Out of the multi handle, and with it off the connection.
  void leave() {
    if (std::exchange(in_multi_, false)) curl_multi_remove_handle(state_.multi.get(), easy_.get());
  }

 private:
  // Those of a connection are with the transfer that opened it, as "Cert:" and their PEM; the server's comes
  // first.
  void keep_certificate() {
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(easy_.get(), CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr) return;
    constexpr std::string_view key = "Cert:";
    const curl_slist* field = chain->num_of_certs > 0 ? chain->certinfo[0] : nullptr;
    for (; field != nullptr; field = field->next) {
      const std::string_view text(field->data);
      if (text.starts_with(key)) state_.server_certificate = text.substr(key.size());
    }
  }

  void prepare() {
    CURL* easy = easy_.get();
    const HttpEndpoint& endpoint = state_.endpoint;
    const ServerUrl& url = state_.url;
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_ERRORBUFFER, error_.data());
    set(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
    set(easy, CURLOPT_URL, (url.request_base(endpoint.tls_server_name) + request_.target).c_str());
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Rather another stream of a connection that is being made than another connection. Only TLS tells at once
    // whether it has streams; without it requests would wait for each other.
    set(easy, CURLOPT_PIPEWAIT, endpoint.server.starts_with("https:") ? 1L : 0L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(endpoint.connect_limit.count()));
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    set(easy, CURLOPT_TCP_KEEPINTVL, 10L);
    set(easy, CURLOPT_SOCKOPTFUNCTION, &prepare_socket);
    set(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
    if (endpoint.compress) set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (!endpoint.proxy_url.empty()) {
      set(easy, CURLOPT_PROXY, endpoint.proxy_url.c_str());
      set(easy, CURLOPT_NOPROXY, "");
    } else {
      set(easy, CURLOPT_NOPROXY, state_.no_proxy_list.c_str());
    }
    prepare_tls(easy);
    prepare_request(easy);
  }

  void prepare_tls(CURL* easy) {
    set(easy, CURLOPT_CERTINFO, 1L);
    const HttpEndpoint& endpoint = state_.endpoint;
    if (endpoint.insecure) {
      set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
      set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    } else if (!endpoint.ca.empty()) {
      // This authority alone: the system's folder would count beside it.
      set_blob(easy, CURLOPT_CAINFO_BLOB, endpoint.ca);
      set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!request_.certificate.empty()) {
      set_blob(easy, CURLOPT_SSLCERT_BLOB, request_.certificate);
      set(easy, CURLOPT_SSLCERTTYPE, "PEM");
      set_blob(easy, CURLOPT_SSLKEY_BLOB, request_.key);
      set(easy, CURLOPT_SSLKEYTYPE, "PEM");
    }
    if (!endpoint.tls_server_name.empty()) {
      // The URL has the name of the certificate; the connection goes to the server, and so does the Host header.
      list_.reset(curl_slist_append(nullptr, state_.url.connect_to(endpoint.tls_server_name).c_str()));
      set(easy, CURLOPT_CONNECT_TO, list_.get());
    }
  }

  static void set_blob(CURL* easy, CURLoption option, const std::string& bytes) {
    curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
    set(easy, option, &blob);
  }

  void prepare_request(CURL* easy) {
    const auto add = [&](const std::string& line) {
      // The list grows at its end; its beginning comes into being with the first line.
      curl_slist* longer = curl_slist_append(headers_out_.get(), line.c_str());
      if (longer == nullptr) std::abort();  // no memory
      if (!headers_out_) headers_out_.reset(longer);
    };
    for (const auto& [name, value] : request_.headers) add(fmt::format("{}: {}", name, value));
    if (!state_.endpoint.tls_server_name.empty()) add("Host: " + state_.url.host_and_port());
    add("Expect:");
    if (request_.method == "GET") {
      set(easy, CURLOPT_HTTPGET, 1L);
    } else {
      set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
      if (!request_.body.empty()) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(easy, CURLOPT_POSTFIELDS, request_.body.data());
      }
    }
    set(easy, CURLOPT_HTTPHEADER, headers_out_.get());
  }

  static std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.last_byte_ = Clock::now();
    transfer.body_.append(bytes, one * count);
    transfer.state_.news = true;
    return one * count;
  }

  static std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string_view line(bytes, one * count);
    transfer.last_byte_ = Clock::now();
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (line.starts_with("HTTP/")) {
      transfer.headers_.clear();  // of a proxy's answer, or of 100 Continue
    } else if (line.empty()) {
      long code = 0;
      curl_easy_getinfo(transfer.easy_.get(), CURLINFO_RESPONSE_CODE, &code);
      if (code >= 200) {
        transfer.status_ = static_cast<int>(code);
        transfer.state_.news = true;
      }
    } else if (colon != std::string_view::npos) {
      std::string name(line.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      line.remove_prefix(colon + 1);
      while (line.starts_with(' ')) line.remove_prefix(1);
      transfer.headers_.emplace_back(std::move(name), line);
    }
    return one * count;
  }

  State& state_;
  HttpRequest request_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::unique_ptr<curl_slist, FreeList> headers_out_, list_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  int status_ = 0;
  bool done_ = false, in_multi_ = true;
  HttpFailure failure_;
  Clock::time_point last_byte_ = Clock::now();
};

namespace {

std::unique_ptr<CURLM, FreeMulti> make_multi() {
  std::unique_ptr<CURLM, FreeMulti> multi(curl_multi_init());
  if (!multi) std::abort();  // no memory
  curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi.get(), CURLMOPT_MAX_CONCURRENT_STREAMS, 250L);  // what the API server allows
  return multi;
}

}  // namespace

Http::Http(HttpEndpoint endpoint) : state_(std::make_unique<State>()) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->url = ServerUrl(endpoint.server);
  state_->endpoint = std::move(endpoint);
  state_->no_proxy_list = no_proxy();
  state_->multi = make_multi();
}

Http::~Http() = default;

std::unique_ptr<HttpTransfer> Http::start(HttpRequest request) {
  return std::make_unique<Transfer>(*state_, std::move(request));
}

void Http::step(std::chrono::milliseconds longest) {
  CURLM* multi = state_->multi.get();
  const Clock::time_point end = Clock::now() + longest;
  for (;;) {
    int running = 0;
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      void* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      static_cast<Transfer*>(transfer)->finish(code);
    }
    const Clock::time_point now = Clock::now();
    Clock::time_point next = end;
    for (Transfer* transfer : state_->transfers) {
      transfer->judge_silence(now);
      if (!transfer->is_done()) next = std::min(next, transfer->silent_at());
    }
    if (std::exchange(state_->news, false) || now >= end) return;
    // libcurl 7.88 may have read bytes for one HTTP/2 stream on behalf of another and then wait for the socket,
    // which has no more: some time after the last byte that came each is asked once more.
    if (state_->nudge_at && now >= *state_->nudge_at) {
      state_->nudge_at.reset();
      for (Transfer* transfer : state_->transfers) {
        if (!transfer->is_done()) transfer->nudge();
      }
      continue;
    }
    if (state_->nudge_at) next = std::min(next, *state_->nudge_at);
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    int active = 0;
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::clamp<long long>(wait, 1, 60'000)), &active);
    if (active > 0) state_->nudge_at = Clock::now() + quiet_before_nudge;
  }
}

void Http::drop_connections() {
  for (Transfer* transfer : state_->transfers) {
    if (!transfer->is_done()) transfer->end({HttpFailure::Kind::broken, "the connection was given up"});
    transfer->leave();
  }
  state_->multi = make_multi();
}

const std::string& Http::server_certificate() const { return state_->server_certificate; }

std::uint64_t Http::connections_opened() const { return state_->opened; }

}  // namespace bulwark::adapters
