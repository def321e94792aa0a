#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/os/file_text.h"
#include "base/result.h"

namespace bulwark::adapters {

// One thing to read: a file, standard input, or what a renderer makes of a folder.
struct InputFile {
  enum class From : std::uint8_t { file, standard_input, kustomize, helm };
  From from = From::file;
  std::string path;        // to open; the folder for renderers
  std::string name;        // to show
  bool named = false;      // stood on the command line itself, rather than being found in a folder
  std::uint64_t size = 0;  // bytes, when it was found; 0 where that is not known before it is read
};

struct Found {
  std::vector<InputFile> files;     // in a stable order
  std::vector<base::Error> errors;  // paths that are not there or cannot be listed
};

struct FindOptions {
  bool markdown = false;  // .md files count, too
};

// What the paths of a command line stand for: files as they are, "-" for standard input, folders with the .yaml,
// .yml and .json files below them. A folder with a kustomization is rendered by `kubectl kustomize`, one with a
// Chart.yaml by `helm template`, instead of being read file by file. Hidden folders, node_modules and links back
// to a folder above are left out.
Found find_inputs(const std::vector<std::string>& paths, const FindOptions& options);

// The text of an input. Errors name the program that is missing, or carry what it said.
base::Result<FileText> load(const InputFile& input);

}  // namespace bulwark::adapters
