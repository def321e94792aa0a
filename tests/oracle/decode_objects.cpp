// What Bulwark makes of manifests, for decoding.py, which compares it with what kubectl makes of them.
//
//   decode_objects --fields       the types that are decoded, as JSON
//   decode_objects --quantities   for each line of standard input the canonical quantity, or "refused"
//   decode_objects FOLDER         for each file named on a line of standard input, which holds one document: its
//                                 name, a tab, and one of "refused" and the reason, "none" (no Kubernetes object),
//                                 or the object as JSON
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>

#include "document/json_writer.h"
#include "document/reader.h"
#include "kube/object.h"
#include "kube/quantity.h"

namespace {

using namespace bulwark;

std::string_view name_of(kube::Shape shape) {
  static constexpr std::string_view names[] = {"not kept",      "text",     "boolean", "integer",    "integer32",
                                               "int or string", "quantity", "labels",  "quantities", "texts",
                                               "integers",      "object",   "objects", "present",    "keys"};
  return names[static_cast<std::size_t>(shape)];
}

// Writes each listing once, under a number: some types of Bulwark stand for several of the API, so names do not
// do.
class Types {
 public:
  std::string number(const kube::Listing* type) {
    const auto [found, is_new] = numbers_.emplace(type, std::to_string(numbers_.size()));
    if (is_new) waiting_.push_back(type);
    return found->second;
  }

  void write(document::JsonWriter& json) {
    json.begin_object();
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const kube::Listing& type = *waiting_[i];
      json.key(numbers_.at(&type)).begin_object().member("name", type.type()).key("fields").begin_object();
      for (const kube::Field& field : type.fields()) {
        json.key(field.name).begin_object().member("shape", name_of(field.shape));
        if (field.of != nullptr) json.member("of", number(&field.of()));
        json.end_object();
      }
      json.end_object().end_object();
    }
    json.end_object();
  }

 private:
  std::map<const kube::Listing*, std::string> numbers_;
  std::vector<const kube::Listing*> waiting_;
};

int print_fields() {
  std::string out;
  document::JsonWriter json(out);
  Types types;
  json.begin_object().member("metadata", types.number(&kube::listing<kube::ObjectMeta>()));
  json.key("kinds").begin_array();
  for (const kube::DecodedKind& kind : kube::decoded_kinds()) {
    json.begin_object().member("group", kind.group).member("name", kind.name);
    json.member("type", types.number(kind.fields)).end_object();
  }
  json.end_array().key("types");
  types.write(json);
  json.end_object();
  std::cout << out << '\n';
  return 0;
}

int print_quantities() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto quantity = kube::Quantity::from_manifest(line);
    std::cout << (quantity ? quantity->text() : "refused") << '\n';
  }
  return 0;
}

class Decoding : public document::DocumentSink {
 public:
  explicit Decoding(std::string_view text) : text_(text) {}

  void on_document(const document::Node& root) override {
    if (root.is_null()) return;
    kube::Decoder decoder(arena_, text_);
    const kube::Object* object = kube::decode_object(root, {}, arena_, decoder);
    for (const kube::DecodeProblem& problem : decoder.problems()) {
      if (problem.what == kube::DecodeProblem::What::wrong_type) refuse(problem.message);
    }
    if (object != nullptr) answer_ = kube::encode_object(*object);
  }
  void on_problem(document::Problem problem) override {
    if (problem.severity == document::Problem::Severity::error) refuse(problem.message);
  }

  std::string answer() const { return refused_ ? "refused " + *refused_ : answer_; }

 private:
  void refuse(std::string_view why) {
    if (!refused_) refused_ = why;
  }

  std::string_view text_;
  base::Arena arena_;
  std::string answer_ = "none";
  std::optional<std::string> refused_;
};

bool print_file(const std::string& folder, const std::string& name) {
  std::ifstream file(folder + '/' + name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const std::string text = bytes.str();
  const document::Source source(name, text);
  const document::Span all{0, static_cast<std::uint32_t>(text.size())};
  base::Arena arena;
  Decoding decoding(text);
  if (name.ends_with(".json")) {
    document::read_json(source, all, 0, arena, {}, decoding);
  } else {
    document::read_yaml(source, all, arena, {}, decoding);
  }
  std::cout << name << '\t' << decoding.answer() << '\n';
  return !file.fail();
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what == "--fields") return print_fields();
  if (what == "--quantities") return print_quantities();
  if (what.empty()) {
    std::cerr << "usage: decode_objects --fields | --quantities | FOLDER (names of files on standard input)\n";
    return 2;
  }
  std::string name;
  while (std::getline(std::cin, name)) {
    if (!print_file(arguments[1], name)) return 1;
  }
  return 0;
}
