#include "twin/simulation_inventory.h"

#include <unordered_set>

#include "base/arena.h"
#include "document/reader.h"

namespace bulwark::twin {

namespace {

// So many objects out of date are kept for the sake of others in their batch, before all are decoded anew.
constexpr std::size_t spare = 1'000;

class OneObject : public document::DocumentSink {
 public:
  OneObject(base::Arena& arena, std::string_view text) : arena_(arena), decoder_(arena, text) {}
  const kube::Object* object = nullptr;

 private:
  void on_document(const document::Node& root) override {
    object = kube::decode_object(root, {}, arena_, decoder_);
  }
  void on_problem(document::Problem) override {}

  base::Arena& arena_;
  kube::Decoder decoder_;
};

}  // namespace

struct DecodedObjects::Batch {
  base::Arena arena;
  std::vector<ObjectPtr> texts;  // which the objects' strings are views of
};

std::shared_ptr<const kube::Inventory> DecodedObjects::inventory_of(const Store& store,
                                                                    bool (*is_wanted)(const ApiKind& kind)) {
  struct Kept {
    kube::Inventory inventory;
    std::unordered_set<std::shared_ptr<Batch>> batches;
  };
  auto kept = std::make_shared<Kept>();
  if (held_ > 2 * entries_.size() + spare) entries_.clear();
  auto fresh = std::make_shared<Batch>();
  base::Arena trees;
  Entries entries;
  entries.reserve(entries_.size());
  std::vector<const kube::Object*> objects;
  for (const ApiKind* kind : store.kinds().all()) {
    if (!kind->preferred || !is_wanted(*kind)) continue;
    store.for_each_pointer(*kind, [&](const ObjectPtr& stored) {
      Entry entry;
      if (const auto known = entries_.find(stored.get()); known != entries_.end()) {
        entry = std::move(known->second);
      } else {
        trees.reset();
        OneObject one(fresh->arena, stored->json);
        const document::Source source("", stored->json);
        document::read_json(source, {0, static_cast<std::uint32_t>(stored->json.size())}, 0, trees, {}, one);
        fresh->texts.push_back(stored);
        entry = {one.object, fresh};
      }
      if (entry.object != nullptr) objects.push_back(entry.object);
      entries.emplace(stored.get(), std::move(entry));
    });
  }
  decoded_ = fresh->texts.size();
  held_ = 0;
  for (const auto& [stored, entry] : entries) {
    if (kept->batches.insert(entry.batch).second) held_ += entry.batch->texts.size();
  }
  entries_ = std::move(entries);
  kept->inventory.add(objects);
  return {kept, &kept->inventory};
}

}  // namespace bulwark::twin
