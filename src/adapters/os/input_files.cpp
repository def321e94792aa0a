#include "adapters/os/input_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "adapters/os/process.h"
#include "adapters/os/zstd.h"
#include "base/text.h"

namespace bulwark::adapters {

namespace {

namespace fs = std::filesystem;

bool has_extension(const fs::path& path, const FindOptions& options) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json" ||
         (options.markdown && (extension == ".md" || extension == ".markdown"));
}

// A folder that a renderer turns into manifests.
InputFile::From renderer_of(const fs::path& folder) {
  std::error_code ignored;
  for (const char* name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
    if (fs::is_regular_file(folder / name, ignored)) return InputFile::From::kustomize;
  }
  return fs::is_regular_file(folder / "Chart.yaml", ignored) ? InputFile::From::helm : InputFile::From::file;
}

class Finder {
 public:
  explicit Finder(const FindOptions& options) : options_(options) {}

  void path(const std::string& path) {
    if (path == "-") {
      found_.files.push_back({InputFile::From::standard_input, path, "<stdin>", true});
      return;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      found_.errors.push_back({.message = "no such file or folder", .file = path});
    } else if (fs::is_directory(status)) {
      folder(fs::path(path).lexically_normal(), path);
    } else {
      found_.files.push_back({InputFile::From::file, path, path, true});
    }
  }

  Found take() {
    for (InputFile& file : found_.files) {
      std::error_code ignored;
      const auto size = file.from == InputFile::From::file ? fs::file_size(file.path, ignored) : 0;
      if (!ignored) file.size = size;
    }
    return std::move(found_);
  }

 private:
  void folder(const fs::path& folder_path, const std::string& shown) {
    std::error_code error;
    const fs::path real = fs::canonical(folder_path, error);
    if (error || !above_.insert(real).second) return;
    if (const InputFile::From from = renderer_of(folder_path); from != InputFile::From::file) {
      const char* with = from == InputFile::From::helm ? "helm template" : "kubectl kustomize";
      found_.files.push_back({from, folder_path.string(), fmt::format("{} ({})", shown, with), false});
      above_.erase(real);
      return;
    }
    std::vector<fs::path> entries;
    for (auto it = fs::directory_iterator(folder_path, error); !error && it != fs::directory_iterator();
         it.increment(error)) {
      entries.push_back(it->path());
    }
    if (error) found_.errors.push_back({.message = error.message(), .file = folder_path.string()});
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
      const std::string name = entry.filename().string();
      if (name.starts_with('.') || name == "node_modules") continue;
      std::error_code ignored;
      const fs::file_status status = fs::status(entry, ignored);
      if (fs::is_directory(status)) {
        folder(entry, entry.string());
      } else if (fs::is_regular_file(status) && has_extension(entry, options_)) {
        found_.files.push_back({InputFile::From::file, entry.string(), entry.string(), false});
      }
    }
    above_.erase(real);
  }

  const FindOptions& options_;
  Found found_;
  std::set<fs::path> above_;  // the folders that we stand in, so that links back up do not loop
};

base::Result<FileText> render(const InputFile& input, const std::vector<std::string>& command, const char* what) {
  const auto fail = [&](std::string message) {
    return std::unexpected(base::Error{.message = std::move(message), .file = input.path});
  };
  if (find_program(command[0]).empty()) {
    return fail(fmt::format("this folder has a {}, and {} is not on PATH to render it", what, command[0]));
  }
  auto output = run_program(command);
  if (!output) return fail(output.error().message);
  if (output->status != 0) {
    const std::string_view said = base::trim(output->err);
    return fail(fmt::format("{} {} failed: {}", command[0], command[1], said.substr(0, said.find('\n'))));
  }
  return FileText::of(output->out);
}

}  // namespace

Found find_inputs(const std::vector<std::string>& paths, const FindOptions& options) {
  Finder finder(options);
  for (const std::string& path : paths) finder.path(path);
  return finder.take();
}

base::Result<FileText> load(const InputFile& input) {
  switch (input.from) {
    case InputFile::From::standard_input:
      return FileText::read_stream(0, input.name);
    case InputFile::From::kustomize:
      return render(input, {"kubectl", "kustomize", input.path}, "kustomization");
    case InputFile::From::helm:
      return render(input, {"helm", "template", input.path}, "Helm chart");
    case InputFile::From::file:
      break;
  }
  FileText file = TRY(FileText::read(input.path));
  if (!is_zstd(file.text())) return file;
  auto unpacked = decompress(file.text());
  if (!unpacked) return std::unexpected(base::Error{.message = unpacked.error().message, .file = input.name});
  return FileText::of(*unpacked);
}

}  // namespace bulwark::adapters
