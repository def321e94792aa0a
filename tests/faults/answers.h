// What servers answer when something is wrong.
#pragma once

#include "faults/tiny_cluster.h"

namespace bulwark::faults {

inline void unauthorized(TestPeer& peer) {
  peer.answer(401, status_json(401, "Unauthorized", "token planted-token-8c2f1d"));
}
inline void refused(TestPeer& peer) { peer.answer(401, status_json(401, "Unauthorized", "Unauthorized")); }
inline void html(TestPeer& peer) { peer.answer(200, "<!DOCTYPE html><p>Sign in", "Content-Type: text/html\r\n"); }
inline void forbidden(TestPeer& peer) {
  peer.answer(
      403, status_json(403, "Forbidden", "pods is forbidden: User \\\"u\\\" cannot list resource \\\"pods\\\""));
}
inline void unavailable(TestPeer& peer) { peer.answer(503, "overloaded", "Content-Type: text/plain\r\n"); }
inline void busy(TestPeer& peer) {
  peer.answer(429, status_json(429, "TooManyRequests", "too many requests"),
              "Content-Type: application/json\r\nRetry-After: 1\r\n");
}
inline void cut_off(TestPeer& peer) {
  peer.send(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
      "{\"kind\":\"PodList\",\"items\":[");
  peer.close();
}

}  // namespace bulwark::faults
