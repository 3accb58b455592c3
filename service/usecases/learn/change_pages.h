// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The label log, read ahead and made into what folds apply, while earlier pages are learnt: one
// thread reads, some extract features, page by page; they come in the order of the log, so what is
// learnt of them is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/extractor.h"
#include "classifier/label.h"
#include "storage/label_log.h"
#include "storage/mutex.h"
#include "usecases/learn/log_pages.h"

namespace replyguard::service {

// A row of the log and what it changes.
struct LoggedChange {
  storage::LabelEntry entry;
  classifier::LabelChange change;
  bool unreadable = false;  // as ChangeOf says
};

// Each of these rows with what it changes.
std::vector<LoggedChange> ChangesOf(std::vector<storage::LabelEntry> entries,
                                    classifier::Extractor& extractor);

// How many threads extract, where nobody is served meanwhile.
std::size_t ExtractorThreads();

// Next: from one thread.
class ChangePages {
 public:
  using Page = std::vector<LoggedChange>;

  // The log after `after` up to `head`, without what `excluded` names; as LogPages. Extracts on
  // `threads` threads, at least 1; on fewer when the system gives no more. Throws std::system_error
  // when it gives not even those two that it takes.
  ChangePages(storage::LabelLog& labels, std::vector<std::string> excluded, std::int64_t after,
              std::int64_t head, std::size_t threads);
  ~ChangePages();  // waits for pages that are being read
  ChangePages(const ChangePages&) = delete;
  ChangePages& operator=(const ChangePages&) = delete;

  // The next page; an empty one at the end. UNAVAILABLE and the like. BLOCKS.
  absl::StatusOr<Page> Next();

 private:
  void Run();

  LogPages pages_;
  Mutex reading_;  // taken before mutex_
  std::uint64_t read_ REPLYGUARD_GUARDED_BY(reading_) = 0;

  Mutex mutex_;
  CondVar changed_;
  std::map<std::uint64_t, absl::StatusOr<Page>> done_ REPLYGUARD_GUARDED_BY(mutex_);
  std::uint64_t taken_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace replyguard::service
