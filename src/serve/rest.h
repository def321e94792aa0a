// The Kubernetes REST API over a twin's store: requests in, responses and watch streams out; no sockets.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/http_message.h"
#include "kube/cluster.h"
#include "serve/target.h"
#include "twin/store.h"

namespace bulwark::serve {

// The twin's clock, for those who may turn it.
class ClockControl {
 public:
  struct State {
    kube::Time now;
    bool running = false;
    double speed = 1;  // seconds of the twin in a second of ours, while it runs
  };

  virtual ~ClockControl() = default;
  virtual State state() const = 0;
  virtual void run(std::optional<double> speed) = 0;
  virtual void pause() = 0;
  // Lets this much time pass at once.
  virtual void step(std::chrono::milliseconds duration) = 0;
};

struct RestOptions {
  std::string git_version = "v1.32.0";        // what /version tells
  std::size_t most_body = 3UL * 1024 * 1024;  // as the API server's limit on requests
  ClockControl* clock = nullptr;              // nullptr: there is nothing to turn
};

class Rest : public base::HttpHandler {
 public:
  Rest(twin::Store& store, RestOptions options) : store_(store), options_(std::move(options)) {}

  // Never fails: what cannot be answered is told as a metav1.Status.
  base::HttpResponse handle(const base::HttpRequest& request) override;

 private:
  // One request for objects, taken apart.
  struct Call {
    const base::HttpRequest* request = nullptr;
    const Target* target = nullptr;
    const twin::ApiKind* kind = nullptr;
    std::string name_space, name, subresource;
  };

  base::HttpResponse route(const base::HttpRequest& request, const Target& target);
  base::HttpResponse route_group(const base::HttpRequest& request, const Target& target);
  base::HttpResponse objects(const Call& call);
  base::HttpResponse subresource(const Call& call);
  base::HttpResponse item(const Call& call);

  base::HttpResponse get_list(const Call& call);
  base::HttpResponse get_watch(const Call& call);
  base::HttpResponse show(const Call& call, const twin::StoredObject& object, int status = 200);
  base::HttpResponse create(const Call& call);
  base::HttpResponse replace(const Call& call);
  base::HttpResponse patch(const Call& call);
  base::HttpResponse remove(const Call& call);
  base::HttpResponse remove_all(const Call& call);
  base::HttpResponse scale(const Call& call);
  base::HttpResponse clock(const base::HttpRequest& request, const Target& target);

  twin::Writer writer_of(const Call& call) const;
  kube::Answer<document::Json> body_of(const Call& call) const;
  kube::Answer<kube::DeleteOptions> delete_options_of(const Call& call, const document::Json& body) const;

  twin::Store& store_;
  RestOptions options_;
};

}  // namespace bulwark::serve
