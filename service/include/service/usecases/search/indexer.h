// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Makes what comments can be found by, a moment after they came in, so that no submission waits for
// it. Several servers share the work.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

#include "absl/status/statusor.h"
#include "classifier/extractor.h"
#include "service/usecases/clock.h"
#include "service/usecases/pacer.h"
#include "storage/comment_search.h"

namespace replyguard::service {

struct IndexerOptions {
  // Between two looks for new comments, while there are none.
  std::chrono::milliseconds interval{500};
  // Comments a transaction. Whoever edits one of them waits for it, some tens of milliseconds.
  std::int32_t batch{250};
  std::chrono::milliseconds storage_timeout{10'000};
  // Whether callers wait for the processor now. Then indexing takes a tenth of a thread's time, and
  // the index falls behind until there is less to do. Called on the indexer's thread. May be empty.
  std::function<bool()> busy;
  // Between two batches, however long the last one took.
  std::chrono::milliseconds busy_pause_max{2'000};
  // After a failure.
  std::chrono::milliseconds retry_interval{5'000};
  // Told in one line why a look failed; the next one tries again. Called on the indexer's thread.
  // May be empty.
  std::function<void(std::string_view)> warn;
};

// What follows a batch of `done` comments that took `took`.
std::chrono::milliseconds PauseAfter(std::int32_t done, std::chrono::milliseconds took,
                                     const IndexerOptions& options);

// Start and Stop: by the owner. RunOnce: instead of Start, on one thread.
class Indexer final {
 public:
  Indexer(storage::CommentSearch& search, const Clock& clock, IndexerOptions options = {});
  ~Indexer();  // stops

  void Start();
  // After the batch in progress. May be called again.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }
  // BLOCKS. One batch; how many comments it had.
  absl::StatusOr<std::int32_t> RunOnce();
  // How old the newest comment of the last batch was, 0 when nothing waited behind it. Thread-safe.
  std::chrono::milliseconds lag() const { return std::chrono::milliseconds(lag_ms_.load()); }

 private:
  void Run();

  storage::CommentSearch& search_;
  const Clock& clock_;
  const IndexerOptions options_;
  classifier::Extractor extractor_;  // the thread's
  std::atomic<std::int64_t> lag_ms_{0};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
