// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Reads the label log ahead: while one page is learnt, a thread of its own reads the next ones.
// They come in the order of the log, so what is learnt of them is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/label_log.h"
#include "storage/mutex.h"

namespace replyguard::service {

// Pages held at once, and rows of a page: with the longest texts about 60 MiB.
inline constexpr std::size_t kPagesAhead = 2;
inline constexpr std::int32_t kPageEntries = 250;

// Next: from one thread.
class LogPages {
 public:
  // The log after `after` up to `head` as a generation reads it that leaves out what these keys
  // taught. `labels` outlives it. Throws std::system_error when the system gives no thread.
  LogPages(storage::LabelLog& labels, std::vector<std::string> excluded, std::int64_t after,
           std::int64_t head);
  ~LogPages();  // waits for a page that is being read
  LogPages(const LogPages&) = delete;
  LogPages& operator=(const LogPages&) = delete;

  // The next page; an empty one at the end. UNAVAILABLE and the like. BLOCKS.
  absl::StatusOr<std::vector<storage::LabelEntry>> Next();

 private:
  using Page = std::vector<storage::LabelEntry>;

  void Run();
  // False when nobody wants it any more.
  bool Put(absl::StatusOr<Page> page);

  storage::LabelLog& labels_;
  const std::vector<std::string> excluded_;
  const std::int64_t after_;
  const std::int64_t head_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<absl::StatusOr<Page>> pages_ REPLYGUARD_GUARDED_BY(mutex_);
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace replyguard::service
