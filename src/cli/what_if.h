// What is put into a cluster's objects before its twin is made of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "document/json_value.h"
#include "document/source.h"
#include "kube/decoder.h"
#include "kube/inventory.h"

namespace bulwark::cli {

// Objects that stand in no file. What the typed objects point to lives here.
class MadeObjects {
 public:
  // Decodes JSON. Error: a field has the wrong type, or is none that such an object has; `what` begins the
  // message.
  base::Result<const kube::Object*> add(std::string json, std::string_view what);

 private:
  struct Made;
  base::Arena arena_;
  std::vector<std::shared_ptr<Made>> made_;
};

// `KIND/[NAMESPACE/]NAME=PATCH`. The kind is spelt as kubectl takes it (pdb, deployments, Deployment). A list is a
// JSON patch, a map a strategic merge patch; `$patch: delete` takes the object away. `@FILE` stands for what is in
// the file.
struct ObjectPatch {
  std::string kind, name_space, name;
  document::Json patch;

  // Error: not of this form, or the patch is no YAML; `load` reads a file.
  static base::Result<ObjectPatch> parse(std::string_view text,
                                         base::Result<std::string> (*load)(const std::string& path));
};

// The objects of the inventory after the patch: without the one that it names, and with what becomes of it. Error:
// there is none, or the patch does not fit.
base::Result<std::vector<const kube::Object*>> apply_patch(std::vector<const kube::Object*> objects,
                                                           const ObjectPatch& patch, MadeObjects& made);

// A Node without any load: 64 CPUs, 256 GiB, 250 pods. `number` from 1; zones come in turn.
std::string supposed_node(std::string_view name, std::size_t number);

}  // namespace bulwark::cli
