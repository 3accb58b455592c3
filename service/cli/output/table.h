// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "service/cli/output/style.h"

// Columns for people. One thread.
namespace replyguard::service::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> head);

  // Cells are made safe to print; there are as many as in the head.
  void Add(const std::vector<std::string>& cells);
  bool empty() const { return rows_.empty(); }

  // Two spaces between columns, the last one unpadded. Prints nothing when there are no rows.
  void Print(std::ostream& out, const Style& style) const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace replyguard::service::cli
