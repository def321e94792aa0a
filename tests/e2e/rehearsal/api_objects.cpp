#include "e2e/rehearsal/api_objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "kube/inventory.h"
#include "kube/object.h"
#include "kube/reading.h"
#include "kube/redact.h"
#include "twin/load.h"

namespace bulwark::e2e {
namespace {

// The decoded objects of JSON texts, with all that they point to.
class Decoded : private document::DocumentSink {
 public:
  explicit Decoded(const std::map<std::string, std::string>& texts) {
    std::vector<document::Span> spans;
    for (const auto& [key, json] : texts) {
      const auto begin = static_cast<std::uint32_t>(text_.size());
      text_ += json;
      spans.push_back({begin, static_cast<std::uint32_t>(text_.size())});
      text_ += '\n';
    }
    const document::Source source("cluster", text_);
    kube::Decoder decoder(objects_, text_);
    decoder_ = &decoder;
    for (const document::Span span : spans) {
      base::Arena arena;
      document::read_json(source, span, 0, arena, {}, *this);
    }
  }
  const kube::Inventory& inventory() const { return inventory_; }

 private:
  void on_document(const document::Node& root) override {
    const kube::Object* object = kube::decode_object(root, {}, objects_, *decoder_);
    if (object != nullptr) inventory_.add(*object);
  }
  void on_problem(document::Problem) override {}

  std::string text_;
  base::Arena objects_;
  kube::Decoder* decoder_ = nullptr;
  kube::Inventory inventory_;
};

std::string_view text_at(const document::Node& object, std::string_view key) {
  const document::Node* found = object.find(key);
  return found == nullptr ? std::string_view() : found->text();
}

}  // namespace

twin::Timing Figures::timing() const {
  twin::Timing timing;
  timing.pod_start = pod_start;
  timing.pod_stop = pod_stop;
  timing.node_add = node_add;
  timing.node_reimage = node_reimage;
  timing.node_remove = node_remove;
  return timing;
}

std::string ApiObjects::key_of(const document::Node& object) {
  const kube::ObjectName name = kube::name_of(object);
  return fmt::format("{} {}", text_at(object, "kind"), name.text());
}

void ApiObjects::put(const document::Node& object) {
  std::string json;
  kube::append_redacted(json, object, kube::Redaction::none);
  texts_[key_of(object)] = std::move(json);
}

void ApiObjects::erase_kinds(std::initializer_list<std::string_view> kinds) {
  std::erase_if(texts_, [&](const auto& each) {
    const std::string_view key = each.first;
    return std::ranges::find(kinds, key.substr(0, key.find(' '))) != kinds.end();
  });
}

const std::string* ApiObjects::find(const std::string& key) const {
  const auto found = texts_.find(key);
  return found == texts_.end() ? nullptr : &found->second;
}

base::Result<> ApiObjects::read(kube::Cluster& cluster) {
  class Sink : public kube::ObjectSink {
   public:
    explicit Sink(ApiObjects& to) : to_(to) {}
    void on_object(const document::Node& object, std::string_view) override { to_.put(object); }

   private:
    ApiObjects& to_;
  } sink(*this);
  std::vector<std::string> missing;
  const auto served = cluster.resources(missing);
  if (!served) return std::unexpected(served.error().error());
  for (const kube::Resource& resource : kube::choose(kube::wanted_kinds(), *served)) {
    if (const auto listed = cluster.list(resource, {}, sink); !listed) {
      return std::unexpected(listed.error().error());
    }
  }
  return {};
}

std::shared_ptr<const twin::Model> ApiObjects::model(kube::Time now, int minor, const Figures& figures) const {
  auto decoded = std::make_shared<const Decoded>(texts_);
  twin::LoadOptions options;
  options.owned = decoded;
  options.now = now;
  options.assumptions.timing = figures.timing();
  options.minor = minor;
  options.is_living = true;
  const std::shared_ptr<const twin::Model> loaded = twin::load(decoded->inventory(), options);
  auto model = std::make_shared<twin::Model>(*loaded);
  // There are no operators in this cluster.
  for (twin::Workload& each : model->workloads) {
    if (each.kind == twin::WorkloadKind::custom) each.comes_back = false;
  }
  for (twin::PodClass& each : model->classes) {
    each.start = figures.pod_start;
    each.readiness = {};
    each.stop = figures.pod_stop;
  }
  return model;
}

}  // namespace bulwark::e2e
