// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/progress.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "absl/strings/str_format.h"

namespace replyguard::service::cli {

Progress::Progress(std::ostream& err, bool terminal, std::optional<std::int64_t> total, Clock clock)
    : err_(err), terminal_(terminal), total_(total), clock_(std::move(clock)) {}

void Progress::Update(std::int64_t done, const std::function<std::string()>& text) {
  constexpr std::chrono::milliseconds kRedraw{100};
  if (!terminal_) return;
  const auto now = clock_();
  if (last_ && now - *last_ < kRedraw) return;
  last_ = now;
  std::string bar;
  if (total_ && *total_ > 0) {
    constexpr std::int64_t kWidth = 24;
    const std::int64_t filled = std::clamp<std::int64_t>(kWidth * done / *total_, 0, kWidth);
    bar = absl::StrFormat("[%s%s] %3d %%  ", std::string(static_cast<std::size_t>(filled), '#'),
                          std::string(static_cast<std::size_t>(kWidth - filled), '.'),
                          std::clamp<std::int64_t>(100 * done / *total_, 0, 100));
  }
  err_ << "\r\x1b[K" << bar << text() << std::flush;
  drawn_ = true;
}

void Progress::Clear() {
  if (!drawn_) return;
  err_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace replyguard::service::cli
