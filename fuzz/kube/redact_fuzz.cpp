// Objects from foreign bytes, redacted at each level: what comes out is JSON, has nothing that the level leaves
// out (by a search of its own that knows no more than the names of fields), and stays as it is when redacted
// again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "document/reader.h"
#include "kube/redact.h"

namespace {

using namespace bulwark;
using document::Node;
using kube::Redaction;

void require(bool holds) {
  if (!holds) std::abort();
}

// Calls `visit` with the value that the text is; false when it is none.
template <class Visit>
class Reader : public document::DocumentSink {
 public:
  explicit Reader(Visit& visit) : visit_(visit) {}
  void on_document(const Node& root) override {
    visit_(root);
    read = true;
  }
  void on_problem(document::Problem problem) override {
    clean = clean && problem.severity == document::Problem::Severity::warning;
    warned = true;
  }
  bool read = false, clean = true, warned = false;

 private:
  Visit& visit_;
};

template <class Visit>
bool read(std::string_view text, bool ours, Visit visit) {
  const document::Source source("", text);
  base::Arena arena;
  Reader<Visit> reader(visit);
  document::read_json(source, {0, static_cast<std::uint32_t>(text.size())}, 0, arena, {}, reader);
  require(!ours || (reader.read && reader.clean && !reader.warned));
  return reader.read && reader.clean;
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}
bool is_empty(const Node& node) { return node.is_string() && node.text().empty(); }

// That nothing is there which the level leaves out. `key`: under which the node stands.
void search(const Node& node, std::string_view key, Redaction level) {
  for (const Node& item : node.items()) {
    if (level != Redaction::none && is_one_of(key, {"env", "httpHeaders"})) {
      const Node* value = item.is_mapping() ? item.find("value") : nullptr;
      require(value == nullptr || is_empty(*value));
    }
    if (level == Redaction::strict && is_one_of(key, {"command", "args"})) require(is_empty(item));
    search(item, {}, level);
  }
  for (const document::Member& member : node.members()) {
    const std::string_view name = member.key.text();
    if (key == "metadata") {
      require(name != "managedFields");
      if (name == "annotations" && member.value.is_mapping() && level != Redaction::none)
        require(member.value.find("kubectl.kubernetes.io/last-applied-configuration") == nullptr);
    } else if (level == Redaction::strict && !key.empty()) {
      require(!is_one_of(name, {"podIP", "podIPs", "hostIP", "hostIPs", "addresses", "clusterIP", "externalIPs"}));
    }
    // What an annotation holds is its own affair.
    if (key != "metadata") search(member.value, name, level);
  }
}

void search_object(const Node& root, Redaction level) {
  if (!root.is_mapping()) return;
  const Node* kind = root.find("kind");
  const bool all = kind != nullptr && kind->text() == "Secret";
  const bool some = kind != nullptr && kind->text() == "ConfigMap" && level != Redaction::none;
  for (const document::Member& member : root.members()) {
    const std::string_view name = member.key.text();
    if ((all || some) && is_one_of(name, {"data", "stringData", "binaryData"})) {
      require(member.value.is_mapping() || is_empty(member.value));
      for (const document::Member& entry : member.value.members()) require(is_empty(entry.value));
    } else {
      search(member.value, name, level);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const Redaction level : {Redaction::none, Redaction::standard, Redaction::strict}) {
    std::string out;
    if (!read(text, false, [&](const Node& root) { kube::append_redacted(out, root, level); })) return 0;
    std::string again;
    read(out, true, [&](const Node& root) {
      search_object(root, level);
      kube::append_redacted(again, root, level);
    });
    require(again == out);
  }
  return 0;
}
