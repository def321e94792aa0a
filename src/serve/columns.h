// The columns of Kubernetes' own kinds.
#pragma once

#include <vector>

#include "serve/tables.h"

namespace bulwark::serve {

// Columns of pods, nodes and what runs pods; empty for other kinds.
std::vector<Column> workload_columns(std::string_view kind);
// Columns of the other kinds; empty for those that have only NAME and AGE.
std::vector<Column> other_columns(std::string_view kind);

// Parts of cells.
const document::Node* at(const document::Node& root, std::initializer_list<std::string_view> path);
std::string text_at(const Shown& shown, std::initializer_list<std::string_view> path,
                    std::string_view otherwise = {});
std::string count_at(const Shown& shown,
                     std::initializer_list<std::string_view> path);  // "0" when it is not there
std::string name_cell(const Shown& shown);
std::string age_cell(const Shown& shown);
std::string selector_cell(const document::Node* selector);
void append_with_comma(std::string& text, std::string_view part);

}  // namespace bulwark::serve
