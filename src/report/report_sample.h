#pragma once

#include <memory>
#include <string>

#include "report/report.h"

namespace bulwark::report::sample {

// A small report for tests, with a bit of everything: findings of every severity, one unknown, one that a fix
// mends, errors, text in several scripts, and text that means harm. Move-only; the report points into it.
struct Sample {
  std::string text, hostile_text, long_text;
  std::vector<std::unique_ptr<document::Source>> sources;
  std::vector<std::unique_ptr<kube::Object>> objects;
  std::vector<std::unique_ptr<finding::Finding>> findings;
  Report report;
};
Sample small();
// Nothing to say about three objects.
Sample clean();
// `count` findings of one check, on lines of their own.
Sample large(std::size_t count);

}  // namespace bulwark::report::sample
