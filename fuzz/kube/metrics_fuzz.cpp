// The metrics of an API server from foreign bytes: what is read of them lies in the text, is sorted, comes once,
// and is the same when it comes back from a snapshot.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>

#include "base/text.h"
#include "document/reader.h"
#include "kube/object.h"
#include "kube/snapshot.h"

namespace {

using namespace bulwark;

void require(bool holds) {
  if (!holds) std::abort();
}

auto key(const kube::DeprecatedRequest& each) {
  return std::tie(each.group, each.version, each.resource, each.removed_release);
}

class OneSnapshot : public document::DocumentSink {
 public:
  OneSnapshot(std::span<const kube::DeprecatedRequest> wanted) : wanted_(wanted) {}
  void on_document(const document::Node& root) override {
    base::Arena arena;
    kube::Decoder decoder(arena, {});
    const kube::Object* object = kube::decode_object(root, {}, arena, decoder);
    require(object != nullptr && decoder.problems().empty());
    const auto* snapshot = kube::as<kube::Snapshot>(*object);
    require(snapshot != nullptr);
    const auto read = snapshot->spec.deprecated_requests;
    require(std::equal(read.begin(), read.end(), wanted_.begin(), wanted_.end(),
                       [](const auto& a, const auto& b) { return key(a) == key(b); }));
    ++objects;
  }
  void on_problem(document::Problem) override { require(false); }
  int objects = 0;

 private:
  std::span<const kube::DeprecatedRequest> wanted_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto requests = kube::parse_deprecated_requests(text);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const kube::DeprecatedRequest& each = requests[i];
    for (const std::string_view part : {each.group, each.version, each.resource, each.removed_release}) {
      require(part.empty() ||
              (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()));
      require(part.find_first_of("\"\n") == std::string_view::npos);
    }
    require(i == 0 || key(requests[i - 1]) < key(each));
  }
  if (!base::is_utf8(text)) return 0;
  const std::string json = kube::snapshot_json("fuzzed", {.deprecated_requests = requests});
  const document::Source source("", json);
  base::Arena arena;
  OneSnapshot sink(requests);
  document::read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  require(sink.objects == 1);
  return 0;
}
