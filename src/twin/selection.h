// Which objects a list or a watch asks for: label and field selectors, compiled.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "kube/cluster.h"
#include "kube/selector.h"
#include "twin/api_kinds.h"
#include "twin/stored_object.h"

namespace bulwark::twin {

class Selection {
 public:
  // 400: a selector that cannot be read, or a field that this kind does not select by (in upstream's words).
  static kube::Answer<Selection> compile(const ApiKind& kind, const kube::Query& query);

  // "" for all namespaces.
  const std::string& name_space() const { return name_space_; }
  // The one name that a field selector asks for; empty when it asks for none.
  const std::string& name() const { return name_; }
  // Whether there are selectors besides the namespace.
  bool selects() const { return !labels_.empty() || !fields_.empty(); }
  bool matches(const StoredObject& object) const;

 private:
  struct FieldTerm {
    std::vector<std::string> path;
    std::string value;
    bool equal = true;
  };

  std::string name_space_, name_;
  std::unique_ptr<std::string> label_text_ = std::make_unique<std::string>();
  base::Arena arena_{512};
  kube::LabelSelector labels_;
  std::vector<FieldTerm> fields_;
};

}  // namespace bulwark::twin
