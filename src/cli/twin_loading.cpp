#include "cli/twin_loading.h"

#include <fmt/format.h>

#include <list>
#include <memory>

#include "adapters/os/input_files.h"
#include "document/json_list.h"
#include "document/json_value.h"
#include "document/reader.h"
#include "document/source.h"

namespace bulwark::cli {

using document::Json;

namespace {

bool is_list(const Json& object) {
  const Json* items = object.find("items");
  return items != nullptr && items->is_array() && object.text_at({"kind"}).ends_with("List");
}

bool is_object(const Json& object) {
  return !object.text_at({"apiVersion"}).empty() && !object.text_at({"kind"}).empty();
}

}  // namespace

struct TwinLoader::Texts {
  struct Piece {
    std::string_view json;
    std::string file;
  };

  std::list<adapters::FileText> files;
  std::list<std::string> made;  // of YAML, and of other encodings
  std::vector<Piece> pieces;

  // Keeps a value that was read, item by item when it is a List.
  void add(const Json& value, const std::string& file) {
    if (is_list(value)) {
      for (const auto& [key, item] : value.find("items")->members()) add(item, file);
    } else if (!value.is_null()) {
      pieces.push_back({made.emplace_back(value.write()), file});
    }
  }

  void add_json(std::string_view text, const std::string& file) {
    for (const document::Span value : document::split_json_stream(text)) {
      const auto list = document::split_json_list(text, value);
      if (!list || list->problem) {
        pieces.push_back({text.substr(value.begin, value.end - value.begin), file});
        continue;
      }
      for (const document::Span item : list->items) {
        pieces.push_back({text.substr(item.begin, item.end - item.begin), file});
      }
    }
  }

  void add_yaml(std::string_view text, const std::string& file, std::vector<base::Error>& problems) {
    struct Sink : document::DocumentSink {
      Texts* texts = nullptr;
      const std::string* file = nullptr;
      const document::Source* source = nullptr;
      std::vector<base::Error>* problems = nullptr;
      void on_document(const document::Node& root) override { texts->add(Json::of(root), *file); }
      void on_problem(document::Problem problem) override {
        if (problem.severity != document::Problem::Severity::error) return;
        const document::Position at = source->position(problem.offset);
        problems->push_back({.message = problem.message, .file = *file, .line = at.line, .column = at.column});
      }
    } sink;
    const document::Source source(file, text);
    sink.texts = this;
    sink.file = &file;
    sink.source = &source;
    sink.problems = &problems;
    base::Arena arena;
    document::read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, {}, sink);
  }
};

TwinLoader::~TwinLoader() = default;

TwinLoader::TwinLoader(const std::vector<std::string>& paths) : texts_(std::make_unique<Texts>()) {
  adapters::Found found = adapters::find_inputs(paths, {});
  files_.problems = std::move(found.errors);
  for (const adapters::InputFile& input : found.files) {
    auto file = adapters::load(input);
    if (!file) {
      files_.problems.push_back(std::move(file).error());
      continue;
    }
    std::string converted;
    std::string_view text;
    if (!document::to_utf8(file->text(), converted, text)) {
      files_.problems.push_back({.message = "is neither UTF-8 nor UTF-16 text", .file = input.name});
      continue;
    }
    if (converted.empty()) {
      texts_->files.push_back(std::move(*file));
    } else {
      text = texts_->made.emplace_back(std::move(converted));
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool yaml = input.path.ends_with(".yaml") || input.path.ends_with(".yml");
    if (!yaml && first != std::string_view::npos && text[first] == '{') {
      texts_->add_json(text, input.name);
    } else {
      texts_->add_yaml(text, input.name, files_.problems);
    }
  }
  // A snapshot tells of its cluster in its first item.
  std::erase_if(texts_->pieces, [&](const Texts::Piece& piece) {
    constexpr std::size_t most = 64UL * 1024;
    if (piece.json.substr(0, most).find("bulwark.dev/") == std::string_view::npos) return false;
    const auto json = Json::parse(piece.json);
    if (!json || json->text_at({"kind"}) != "Snapshot") return false;
    files_.server_version = json->text_at({"spec", "serverVersion"});
    files_.taken_at = json->text_at({"spec", "takenAt"});
    return true;
  });
}

TwinFiles TwinLoader::load(twin::Store& store) {
  const auto put = [&](const Texts::Piece& piece, Json object) {
    const twin::ApiKind& namespaces = store.kinds().core("namespaces");
    const std::string_view name_space = object.text_at({"metadata", "namespace"});
    if (!name_space.empty() && store.find(namespaces, {}, name_space) == nullptr) {
      Json missing = Json::object();
      missing["apiVersion"] = Json::string("v1");
      missing["kind"] = Json::string("Namespace");
      missing["metadata"]["name"] = Json::string(name_space);
      if (store.put(std::move(missing))) ++files_.made_namespaces;
    }
    const std::string what = fmt::format("{} {}", object.text_at({"kind"}), object.text_at({"metadata", "name"}));
    if (const auto stored = store.put(std::move(object))) {
      ++files_.objects;
    } else {
      files_.problems.push_back(
          {.message = fmt::format("{}: {}", what, stored.error().message), .file = piece.file});
    }
  };
  // In each pass some kinds; a text that cannot be of those is not even read.
  for (const std::string_view pass : {"CustomResourceDefinition", "Namespace", ""}) {
    std::erase_if(texts_->pieces, [&](const Texts::Piece& piece) {
      if (piece.json.find(pass) == std::string_view::npos) return false;
      auto object = Json::parse(piece.json);
      if (!object) {
        files_.problems.push_back({.message = object.error().message, .file = piece.file});
        return true;
      }
      if (!pass.empty() && object->text_at({"kind"}) != pass) return false;
      if (is_object(*object)) {
        put(piece, std::move(*object));
      } else if (!object->empty()) {
        files_.problems.push_back({.message = "has no apiVersion and kind", .file = piece.file});
      }
      return true;
    });
  }
  texts_ = std::make_unique<Texts>();
  return std::move(files_);
}

}  // namespace bulwark::cli
