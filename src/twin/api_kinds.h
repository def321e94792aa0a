// The kinds of objects that the served twin knows: those of Kubernetes itself as a table, and those that
// CustomResourceDefinitions add.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/json_value.h"
#include "kube/cluster.h"

namespace bulwark::twin {

// A column that a CustomResourceDefinition adds to tables (additionalPrinterColumns).
struct PrinterColumn {
  std::string name, type, json_path, description;
  std::int64_t priority = 0;
};

// One kind in one version, as discovery tells it.
struct ApiKind {
  kube::Resource resource;
  std::string singular;
  std::vector<std::string> short_names, categories;
  bool has_status = false;  // status is written apart from the rest
  bool has_scale = false;
  bool has_generation = false;  // metadata.generation counts changes of the spec
  bool custom = false;
  bool preferred = true;  // the version of its group that clients take unless they ask for another
  std::size_t shelf = 0;  // where its objects lie; versions of one kind share it
  std::vector<PrinterColumn> columns;
  std::string replicas_path, status_replicas_path, selector_path;  // of a custom kind's scale

  // "deployments.apps", or "pods" for the core group: how the API server's messages name it.
  std::string resource_name() const;
  // "Deployment.apps", or "Pod".
  std::string kind_name() const;
};

class ApiKinds {
 public:
  // Kubernetes' own kinds.
  ApiKinds();

  const ApiKind* find(std::string_view group, std::string_view version, std::string_view plural) const;
  const ApiKind* find(const kube::Resource& resource) const {
    return find(resource.group, resource.version, resource.plural);
  }
  // By what stands in an object; when `any_version`, another version of the group will do.
  const ApiKind* of(std::string_view api_version, std::string_view kind, bool any_version = false) const;
  // By a word of kubectl's: plural, singular, short name, kind, also with the group behind it; whatever its case.
  std::vector<const ApiKind*> named(std::string_view word) const;
  const ApiKind& core(std::string_view plural) const { return *find("", "v1", plural); }

  // In the order of discovery.
  const std::vector<const ApiKind*>& all() const { return served_; }
  std::size_t shelves() const { return shelves_; }
  // Changes whenever kinds come or go.
  std::uint64_t revision() const { return revision_; }

  // Serves what a CustomResourceDefinition declares, in place of what it declared before; the kinds that are new,
  // or why it cannot be served.
  base::Result<std::vector<const ApiKind*>> define(const document::Json& definition);
  // What it declared is served no more; the shelf of its objects, when there is one.
  std::vector<std::size_t> undefine(std::string_view group, std::string_view plural);
  // A kind that nothing declares, for objects of a snapshot without their definition. The plural is guessed as
  // meta.UnsafeGuessKindToResource does.
  const ApiKind& assume(std::string_view api_version, std::string_view kind, bool namespaced);

 private:
  const ApiKind& add(ApiKind kind);

  std::vector<std::unique_ptr<ApiKind>> kinds_;  // those that are gone, too: watches may still name them
  std::vector<const ApiKind*> served_;
  std::size_t shelves_ = 0;
  std::uint64_t revision_ = 1;
};

// "apps/v1" is {"apps", "v1"}, "v1" is {"", "v1"}.
std::pair<std::string_view, std::string_view> split_api_version(std::string_view api_version);

}  // namespace bulwark::twin
