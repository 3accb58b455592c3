// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/table.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kCellColumnsMax = 200;

std::string Padded(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 == cells.size()) break;
    line.append(widths[i] - Columns(cells[i]) + 2, ' ');
  }
  return line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

Table::Table(std::vector<std::string> head) : head_(std::move(head)) {}

void Table::Add(const std::vector<std::string>& cells) {
  std::vector<std::string>& row = rows_.emplace_back();
  for (const std::string& cell : cells) row.push_back(SafeLine(cell, kCellColumnsMax));
  row.resize(head_.size());
}

void Table::Print(std::ostream& out, const Style& style) const {
  if (rows_.empty()) return;
  std::vector<std::size_t> widths;
  for (const std::string& title : head_) widths.push_back(Columns(title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
  }
  out << style.Bold(Padded(head_, widths)) << "\n";
  for (const auto& row : rows_) out << Padded(row, widths) << "\n";
}

}  // namespace replyguard::service::cli
