#include "serve/watch_stream.h"

#include <fmt/format.h>

#include "twin/api_status.h"

namespace bulwark::serve {

namespace {

// So much at most in one go, lest a slow reader makes us keep all of it.
constexpr std::size_t enough = 1024UL * 1024;
// Without events of its own a watch learns how far it has come after so many of others.
constexpr std::uint64_t between_bookmarks = 200;

std::string_view type_of(kube::Change change) {
  return change == kube::Change::added ? "ADDED" : change == kube::Change::modified ? "MODIFIED" : "DELETED";
}

class WatchStream : public base::HttpStream {
 public:
  WatchStream(const twin::Store& store, WatchWish wish)
      : store_(store),
        kind_(*wish.kind),
        form_(wish.form),
        include_(wish.include),
        bookmarks_(wish.bookmarks),
        tells_end_(wish.initial_events_end),
        cursor_(
            store.watch(kind_, std::move(wish.selection), wish.existing ? store.resource_version() : wish.from)) {
    if (form_ == Form::table) columns_ = columns_of(kind_);
    told_ = cursor_.position();
    if (!wish.existing) return;
    store.for_each(kind_, [&](const twin::StoredObject& object) {
      if (cursor_.selection().matches(object))
        existing_.push_back(store.find(kind_, object.name_space, object.name));
    });
  }

  bool pull(std::string& out) override {
    const std::size_t begin = out.size();
    for (; next_existing_ < existing_.size() && out.size() - begin < enough; ++next_existing_) {
      tell(out, "ADDED", *existing_[next_existing_]);
    }
    if (next_existing_ < existing_.size()) return true;
    if (!existing_.empty()) existing_.clear(), next_existing_ = 0;
    if (tells_end_) {
      tells_end_ = false;
      bookmark(out, R"("annotations":{"k8s.io/initial-events-end":"true"},)");
    }
    while (out.size() - begin < enough) {
      const auto event = cursor_.next();
      if (!event) {
        out += R"({"type":"ERROR","object":)";
        out += twin::status_json(event.error());
        out.back() = '}';
        out += '\n';
        return false;
      }
      if (!*event) break;
      tell(out, type_of((*event)->change), *(*event)->object);
      told_ = cursor_.position();
    }
    if (bookmarks_ && cursor_.position() - told_ >= between_bookmarks) bookmark(out, "");
    return true;
  }

 private:
  void tell(std::string& out, std::string_view type, const twin::StoredObject& object) {
    out += fmt::format(R"({{"type":"{}","object":)", type);
    if (form_ == Form::table) {
      out += fmt::format(
          R"({{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"{}"}},"columnDefinitions":)",
          object.resource_version);
      append_definitions(out, columns_told_ ? std::span<const Column>() : std::span<const Column>(columns_));
      columns_told_ = true;
      out += R"(,"rows":[)";
      append_row(out, columns_, object, include_, store_.now());
      out += "]}";
    } else if (form_ == Form::partial) {
      append_partial(out, object);
    } else {
      out += in_version(object, kind_);
    }
    out += "}\n";
  }

  void bookmark(std::string& out, std::string_view annotations) {
    told_ = cursor_.position();
    out += fmt::format(
        R"({{"type":"BOOKMARK","object":{{"kind":"{}","apiVersion":"{}","metadata":{{{}"resourceVersion":"{}","creationTimestamp":null}}}}}})",
        kind_.resource.kind, kind_.resource.api_version(), annotations, told_);
    out += '\n';
  }

  const twin::Store& store_;
  const twin::ApiKind& kind_;
  Form form_;
  Include include_;
  bool bookmarks_, tells_end_, columns_told_ = false;
  std::vector<Column> columns_;
  twin::WatchCursor cursor_;
  std::vector<twin::ObjectPtr> existing_;
  std::size_t next_existing_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace

std::unique_ptr<base::HttpStream> watch_stream(const twin::Store& store, WatchWish wish) {
  return std::make_unique<WatchStream>(store, std::move(wish));
}

}  // namespace bulwark::serve
