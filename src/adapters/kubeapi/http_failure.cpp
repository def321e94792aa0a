#include "adapters/kubeapi/http_failure.h"

#include <cstring>

namespace bulwark::adapters {

HttpFailure judge_failure(CURLcode code, CURL* easy, const char* detail) {
  using Kind = HttpFailure::Kind;
  if (code == CURLE_OK) return {};
  std::string message = detail != nullptr && *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      // libcurl tells an untrusted chain, an expired certificate and a wrong name apart in its words alone.
      if (std::strstr(message.c_str(), "subject name") != nullptr) {
        return {Kind::untrusted, "the server's certificate is for another name (" + message + ")"};
      }
      return {Kind::untrusted, "the server's certificate is not trusted (" + message + ")"};
    case CURLE_SSL_CERTPROBLEM:
      return {Kind::untrusted, "the client certificate or its key cannot be used"};
    case CURLE_SSL_CACERT_BADFILE:
      return {Kind::untrusted, "the certificate authority of the kubeconfig cannot be read (" + message + ")"};
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return {Kind::not_sent, message};
    case CURLE_URL_MALFORMAT:
      return {Kind::untrusted, "no server address: " + message};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // An answer without a head, or a server address of another scheme.
      if (std::strstr(message.c_str(), "HTTP/0.9") != nullptr) return {Kind::broken, "the answer is no HTTP"};
      return {Kind::untrusted, "no server address: " + message};
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR: {
      // Before the handshake is over nothing has been sent.
      curl_off_t handshake = 0;
      curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake);
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
