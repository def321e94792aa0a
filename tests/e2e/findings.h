// What the program says in JSON, for comparing.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "document/reader.h"

namespace bulwark::e2e {

// One finding of any of the program's JSON forms.
inline std::string finding_line(const document::Node& finding) {
  const auto get = [](const document::Node& node, const char* name) {
    return std::string(node.find(name)->text());
  };
  const document::Node& object = *finding.find("object");
  return get(finding, "check") + ' ' + get(finding, "verdict") + ' ' + get(object, "kind") + ' ' +
         get(object, "namespace") + '/' + get(object, "name") + ' ' + get(finding, "field") + ": " +
         get(finding, "message");
}

// The findings of a JSON report as "check verdict Kind namespace/name field: message".
class Findings : private document::DocumentSink {
 public:
  explicit Findings(const std::string& json) : source_("", json) {
    base::Arena arena;
    document::read_json(source_, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, *this);
  }
  std::set<std::string> all;
  std::set<std::string> of_shop;  // of the namespace of that name: not of what the server made itself
  std::string text;               // one a line

  // Those of one check.
  std::set<std::string> of(std::string_view check) const {
    std::set<std::string> lines;
    for (const std::string& line : all) {
      if (line.starts_with(std::string(check) + ' ')) lines.insert(line);
    }
    return lines;
  }

 private:
  void on_document(const document::Node& root) override {
    const document::Node* findings = root.find("findings");
    ASSERT_NE(findings, nullptr);
    for (const document::Node& finding : findings->items()) {
      const std::string line = finding_line(finding);
      text += line + '\n';
      all.insert(line);
      const document::Node& object = *finding.find("object");
      if (object.find("namespace")->text() == "shop" || object.find("name")->text() == "shop")
        of_shop.insert(line);
    }
  }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

  document::Source source_;
};

}  // namespace bulwark::e2e
