#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "twin/store.h"

namespace bulwark::cli {

// What a twin's files held.
struct TwinFiles {
  std::size_t objects = 0;
  std::size_t made_namespaces = 0;    // that objects are in, and that no file has
  std::vector<base::Error> problems;  // files that cannot be read, and what in them is no object
  std::string server_version;         // of a snapshot's cluster; empty: no snapshot
  std::string taken_at;               // RFC 3339
};

// Objects of files, folders and snapshots, as text, before there is a store to put them in.
class TwinLoader {
 public:
  explicit TwinLoader(const std::vector<std::string>& paths);
  ~TwinLoader();
  TwinLoader(const TwinLoader&) = delete;
  TwinLoader& operator=(const TwinLoader&) = delete;

  // What can be told before anything is stored: the snapshot's version and time.
  const TwinFiles& files() const { return files_; }
  // Definitions first, then namespaces, then everything else.
  TwinFiles load(twin::Store& store);

 private:
  struct Texts;
  TwinFiles files_;
  std::unique_ptr<Texts> texts_;
};

}  // namespace bulwark::cli
