// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replyguard/v1/export.pb.h"

// Exported comments and labels as import reads them. Pure.
namespace replyguard::service::cli {

// One value of a row.
struct ExportCell {
  std::string name;
  std::string text;
  // As JSON, when it is no string there.
  std::string json{};
};
// Without the cells that hold nothing.
using ExportRow = std::vector<ExportCell>;

ExportRow RowOf(const v1::ExportedComment& comment);
ExportRow RowOf(const v1::ExportedLabel& label);

// The columns of a table of either, in their order.
const std::vector<std::string>& CommentColumns();
const std::vector<std::string>& LabelColumns();

// One JSON object, without a newline.
std::string JsonLineOf(const ExportRow& row);

// The head of a table and one of its records after RFC 4180, each with its line end. Cells are
// escaped (importing::EscapeFormulae), which a last column says.
std::string CsvHead(const std::vector<std::string>& columns);
std::string CsvRecordOf(const ExportRow& row, const std::vector<std::string>& columns);

}  // namespace replyguard::service::cli
