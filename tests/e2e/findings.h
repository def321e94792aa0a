// What a JSON report says, for tests.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "document/reader.h"

namespace bulwark::e2e {

// The findings of a JSON report as "check verdict Kind namespace/name field: message", and apart from the others
// those about the namespace "shop".
class Findings : private document::DocumentSink {
 public:
  explicit Findings(const std::string& json) : source_("", json) {
    base::Arena arena;
    document::read_json(source_, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, *this);
  }
  std::set<std::string> all, of_shop;
  std::string text;  // one a line

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
      const auto get = [&](const char* name) { return std::string(finding.find(name)->text()); };
      const document::Node& object = *finding.find("object");
      const std::string name_space(object.find("namespace")->text()), name(object.find("name")->text());
      const std::string line = get("check") + ' ' + get("verdict") + ' ' +
                               std::string(object.find("kind")->text()) + ' ' + name_space + '/' + name + ' ' +
                               get("field") + ": " + get("message");
      text += line + '\n';
      all.insert(line);
      if (name_space == "shop" || name == "shop") of_shop.insert(line);
    }
  }
  void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }

  document::Source source_;
};

}  // namespace bulwark::e2e
