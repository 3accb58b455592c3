// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace replyguard::service::cli {

// One line that is drawn over itself on a terminal, at most some times a second; nothing elsewhere.
// One thread.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `total` in the unit of Update's `done`; absent when unknown.
  Progress(std::ostream& err, bool terminal, std::optional<std::int64_t> total, Clock clock);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws `text()` after a bar, unless it is too early.
  void Update(std::int64_t done, const std::function<std::string()>& text);
  // Wipes the line, so that something else can be printed.
  void Clear();

 private:
  std::ostream& err_;
  const bool terminal_;
  const std::optional<std::int64_t> total_;
  const Clock clock_;
  bool drawn_ = false;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace replyguard::service::cli
