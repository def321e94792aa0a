#include "adapters/kubeapi/list.h"

#include <fmt/format.h>

#include "adapters/kubeapi/api_path.h"
#include "adapters/kubeapi/object_reader.h"
#include "adapters/kubeapi/parsed_text.h"
#include "adapters/kubeapi/status_reader.h"
#include "document/json_list_stream.h"

namespace bulwark::adapters {

namespace {

class Lister {
 public:
  Lister(ApiClient& api, const kube::Resource& resource, const kube::Query& query, kube::ObjectSink& sink)
      : api_(api), resource_(resource), query_(query), sink_(sink) {}

  kube::Answer<kube::Listed> run() {
    BackOff back_off(api_.options().first_back_off, api_.options().longest_back_off);
    do {
      auto status = page();
      if (!status) {
        back_off.reset();
        continue;
      }
      if (status->is_expired() && !continue_.empty()) {
        // Its continue token is too old. All at once this time: another list in pages may end the same way.
        restart();
        paged_ = false;
        continue;
      }
      if (!torn_ || back_off.tries() + 1 >= api_.options().attempts) return std::unexpected(*std::move(status));
      const auto pause = back_off.next(api_.random());
      api_.notice(status->message + "; reading on");
      api_.sleep(pause);
      if (api_.is_interrupted()) return std::unexpected(api_.fail("interrupted"));
      // A page behind a continue token is the same each time, so what came of it can be passed over. The first
      // page may differ.
      if (continue_.empty()) {
        restart();
      } else {
        known_ = in_page_;
      }
    } while (!done_);
    return kube::Listed{resource_version_, told_};
  }

 private:
  void restart() {
    if (told_ > 0) sink_.on_restart();
    told_ = known_ = 0;
    continue_.clear();
    resource_version_.clear();
  }

  // Reads one page; nothing when all went well. `torn_`: the answer began and did not end, which may be repeated.
  std::optional<kube::Status> page() {
    torn_ = false;
    in_page_ = 0;
    ApiPath path = collection_path(resource_, query_.name_space);
    path.with("labelSelector", query_.labels).with("fieldSelector", query_.fields);
    if (paged_) path.with("limit", std::to_string(api_.options().page_size)).with("continue", continue_);
    auto answer = api_.open({.target = path.text()});
    if (!answer) return std::move(answer).error();
    HttpTransfer& transfer = **answer;
    document::JsonListStream stream;
    std::string first_bytes;
    std::optional<kube::Status> wrong;
    const auto on_item = [&](std::string_view item) { return tell(item, wrong); };
    do {
      if (!api_.wait(api_.requests(), transfer)) return api_.fail("interrupted");
      const std::string piece = transfer.take();
      if (first_bytes.empty()) first_bytes = piece.substr(0, 64);
      if (!stream.feed(piece, on_item)) break;
    } while (!transfer.is_done() || transfer.has_body());
    if (wrong) return wrong;
    if (transfer.failure().kind != HttpFailure::Kind::none) {
      // Silence has cost its full time already.
      torn_ = transfer.failure().kind != HttpFailure::Kind::silent;
      return api_.fail(fmt::format("list of {}: {}", resource_.plural, transfer.failure().message));
    }
    if (!stream.finish()) return broken(stream, transfer, first_bytes);
    known_ = 0;
    return next_page(stream);
  }

  // One item to the sink; false when it is malformed.
  bool tell(std::string_view item, std::optional<kube::Status>& wrong) {
    if (++in_page_ <= known_) return true;
    const auto read = reader_.read(item, resource_, [&](const document::Node& object, std::string_view json) {
      ++told_;
      sink_.on_object(object, json);
    });
    if (!read)
      wrong = api_.fail(fmt::format("list of {}: item {}: {}", resource_.plural, told_, read.error().message));
    return read.has_value();
  }

  kube::Status broken(const document::JsonListStream& stream, const HttpTransfer& transfer,
                      std::string_view first) {
    const std::string_view type = transfer.header("content-type");
    if (!first.starts_with('{')) {
      return api_.fail(fmt::format("list of {}: the server answered with {} instead of a List in JSON",
                                   resource_.plural, describe_body(type, first)));
    }
    torn_ = stream.problem()->message.ends_with("ends too early");
    return api_.fail(fmt::format("list of {}: byte {}: {}", resource_.plural, stream.problem()->offset,
                                 stream.problem()->message));
  }

  std::optional<kube::Status> next_page(const document::JsonListStream& stream) {
    const auto metadata = ParsedText::json("", std::string(stream.member("metadata")));
    if (!metadata || !metadata->root().is_mapping()) {
      return api_.fail(fmt::format("list of {}: it has no metadata", resource_.plural));
    }
    if (const auto version = text_of(&metadata->root(), "resourceVersion"); !version.empty()) {
      resource_version_ = version;
    }
    continue_ = text_of(&metadata->root(), "continue");
    done_ = continue_.empty();
    return std::nullopt;
  }

  ApiClient& api_;
  const kube::Resource& resource_;
  const kube::Query& query_;
  kube::ObjectSink& sink_;
  ObjectReader reader_;
  std::string continue_, resource_version_;
  std::uint64_t told_ = 0;     // since the last restart
  std::uint64_t in_page_ = 0;  // items of this page so far
  std::uint64_t known_ = 0;    // of which an earlier try has told so many
  bool paged_ = true, torn_ = false, done_ = false;
};

}  // namespace

kube::Answer<kube::Listed> list_objects(ApiClient& api, const kube::Resource& resource, const kube::Query& query,
                                        kube::ObjectSink& sink) {
  return Lister(api, resource, query, sink).run();
}

}  // namespace bulwark::adapters
