// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// What became of many items. One thread.
class Tally {
 public:
  void Count(const std::string& outcome) { ++outcomes_[outcome]; }
  void CountRetries(int retries) {
    retries_ += retries;
    if (retries > 0) ++retried_;
  }
  // Counts a failure and prints it (the first ones only, so that a wrong file does not scroll for
  // ever).
  void CountFailure(Context& context, const std::string& code, std::int64_t line,
                    std::string_view message);
  // Prints one without counting it.
  void Tell(Context& context, const std::string& code, std::int64_t line, std::string_view message);

  std::int64_t total() const { return total_; }
  void CountItem() { ++total_; }
  std::int64_t failed() const;
  // How often Count() was given this outcome.
  std::int64_t count(const std::string& outcome) const;
  const std::map<std::string, std::int64_t>& failures() const { return failures_; }  // by code

  // "1,234 comments: 600 approved, 12 failed" for the progress line.
  std::string Line() const;
  // The summary, for people or as JSON; `noun` is "comments" or "examples".
  void Print(Context& context, std::string_view noun, double seconds) const;

  // By CodeOfItems (frame/exit_code.h).
  ExitCode Code() const;

 private:
  std::map<std::string, std::int64_t> outcomes_;
  std::map<std::string, std::int64_t> failures_;  // by code
  std::int64_t total_ = 0;
  std::int64_t retries_ = 0;
  std::int64_t retried_ = 0;
  std::int64_t printed_ = 0;
};

}  // namespace replyguard::service::cli
