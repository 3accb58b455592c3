// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

enum class Health { kOk, kWarn, kFail };

// What doctor found, a line a check. One thread.
class Report {
 public:
  void Ok(const std::string& check, const std::string& found) {
    Add(Health::kOk, check, found, "");
  }
  // `advice`: what to do.
  void Warn(const std::string& check, const std::string& found, const std::string& advice) {
    Add(Health::kWarn, check, found, advice);
  }
  void Fail(const std::string& check, const std::string& found, const std::string& advice) {
    Add(Health::kFail, check, found, advice);
  }

  // Prints the lines; kFailedItems when a check failed. Warnings do not change the code.
  ExitCode Print(Context& context) const;

 private:
  struct Line {
    Health health;
    std::string check;
    std::string found;
    std::string advice;
  };
  void Add(Health health, const std::string& check, const std::string& found,
           const std::string& advice) {
    lines_.push_back({health, check, found, advice});
  }

  std::vector<Line> lines_;
};

}  // namespace replyguard::service::cli
