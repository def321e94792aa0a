#include "adapters/kubeapi/http_failure.h"

#include <optional>
#include <string>

namespace bulwark::adapters {

namespace {

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// A handshake that failed for good, by OpenSSL's own words; nothing for one that may go well the next time.
std::optional<HttpFailure> judge_handshake(const std::string& message) {
  using Kind = HttpFailure::Kind;
  if (has(message, "wrong version number") || has(message, "http request") ||
      has(message, "packet length too long")) {
    return HttpFailure{Kind::untrusted, "what answers at this port does not speak TLS (" + message +
                                            "); is the port of the kubeconfig's server right?"};
  }
  for (const char* alert :
       {"alert certificate required", "alert bad certificate", "alert unknown ca", "alert certificate expired",
        "alert certificate revoked", "alert certificate unknown"}) {
    if (has(message, alert)) {
      return HttpFailure{
          Kind::untrusted,
          "the server refuses the client certificate of the kubeconfig, or misses one (" + message + ")"};
    }
  }
  return std::nullopt;
}

// TLS 1.3 tells that it refuses a client certificate when the handshake seems to be over, and whether the request
// or that word is first is a matter of chance.
HttpFailure broken_while_sent(const std::string& message) {
  return {HttpFailure::Kind::broken, "the connection broke while the request was sent (" + message +
                                         "); does the server take the client certificate of the kubeconfig?"};
}

}  // namespace

HttpFailure judge_failure(CURLcode code, CURL* easy, const char* detail) {
  using Kind = HttpFailure::Kind;
  if (code == CURLE_OK) return {};
  std::string message = detail != nullptr && *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      // libcurl tells an untrusted chain, an expired certificate and a wrong name apart in its words alone.
      if (has(message, "subject name")) {
        return {Kind::untrusted, "the server's certificate is for another name (" + message +
                                     "); tls-server-name in the kubeconfig says which is expected"};
      }
      if (has(message, "expired") || has(message, "not yet valid")) {
        return {Kind::untrusted, "the server's certificate is not trusted (" + message +
                                     "): renew it, or look at this machine's clock"};
      }
      return {Kind::untrusted, "the server's certificate is not trusted (" + message +
                                   "): the certificate-authority of the kubeconfig did not sign it; fetch the "
                                   "kubeconfig again, or find out who answers there"};
    case CURLE_SSL_CERTPROBLEM:
      return {Kind::untrusted, "the client certificate or its key cannot be used"};
    case CURLE_SSL_CACERT_BADFILE:
      return {Kind::untrusted, "the certificate authority of the kubeconfig cannot be read (" + message + ")"};
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::not_sent,
              message + "; is the name in the kubeconfig right, and is a VPN or another DNS needed?"};
    case CURLE_COULDNT_CONNECT:
      return {Kind::not_sent, message + "; does the server run, and is its address in the kubeconfig right?"};
    case CURLE_PROXY:
      return {Kind::not_sent, message};
    case CURLE_URL_MALFORMAT:
      return {Kind::untrusted, "no server address: " + message};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // An answer without a head, or a server address of another scheme.
      if (has(message, "HTTP/0.9")) return {Kind::broken, "the answer is no HTTP"};
      return {Kind::untrusted, "no server address: " + message};
    case CURLE_OPERATION_TIMEDOUT:
      // There is no limit but the one for connecting, and waiting once more would cost as much again.
      return {Kind::silent, "no connection in time (" + message +
                                "); does the server run, and does a firewall or VPN stand before it?"};
    case CURLE_SEND_ERROR:
      return broken_while_sent(message);
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR: {
      if (auto failure = judge_handshake(message)) return *std::move(failure);
      // (libcurl tells a failed write so, too, when it reads first.)
      if (has(message, "SSL_write") || has(message, "Send failure")) return broken_while_sent(message);
      // Before the handshake is over nothing has been sent.
      curl_off_t handshake = 0;
      curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake);
      if (code == CURLE_RECV_ERROR) {
        return {Kind::broken,
                "the connection broke (" + message + "); does an API server answer there, and is " +
                    (handshake == 0 ? "http:// right?" : "nothing on the way that ends connections?")};
      }
      return {handshake == 0 ? Kind::not_sent : Kind::broken, message};
    }
    case CURLE_PARTIAL_FILE:
      return {Kind::broken, "the answer is cut off (" + message + ")"};
    case CURLE_GOT_NOTHING:
      return {Kind::broken, "the server closed the connection without an answer"};
    default:
      return {Kind::broken, message};
  }
}

}  // namespace bulwark::adapters
