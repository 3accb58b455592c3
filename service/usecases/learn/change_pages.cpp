// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/change_pages.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "classifier/extractor.h"
#include "usecases/learn/followed_fold.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kExtractorThreadsMax = 4;
// Pages that wait to be learnt: beyond, nobody extracts.
constexpr std::uint64_t kExtractedAhead = 4;

}  // namespace

std::vector<LoggedChange> ChangesOf(std::vector<storage::LabelEntry> entries,
                                    classifier::Extractor& extractor) {
  std::vector<LoggedChange> changes(entries.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    LoggedChange& row = changes[i];
    row.entry = std::move(entries[i]);
    row.change = ChangeOf(row.entry, extractor, &row.unreadable);
  }
  return changes;
}

std::size_t ExtractorThreads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kExtractorThreadsMax);
}

ChangePages::ChangePages(storage::LabelLog& labels, std::vector<std::string> excluded,
                         std::int64_t after, std::int64_t head, std::size_t threads)
    : pages_(labels, std::move(excluded), after, head) {
  threads = std::max<std::size_t>(threads, 1);
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    try {
      threads_.emplace_back([this] { Run(); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;
      return;  // those that there are do it, later
    }
  }
}

ChangePages::~ChangePages() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

absl::StatusOr<ChangePages::Page> ChangePages::Next() {
  MutexLock lock(mutex_);
  while (!done_.contains(taken_)) changed_.Wait(mutex_);
  const auto at = done_.find(taken_);
  // What ended it stays, whoever asks again.
  if (!at->second.ok() || at->second->empty()) return at->second;
  auto page = std::move(at->second);
  done_.erase(at);
  ++taken_;
  changed_.NotifyAll();
  return page;
}

void ChangePages::Run() {
  classifier::Extractor extractor;
  for (bool ended = false; !ended;) {
    std::uint64_t number = 0;
    absl::StatusOr<std::vector<storage::LabelEntry>> entries;
    {
      MutexLock reading(reading_);
      {
        MutexLock lock(mutex_);
        while (read_ >= taken_ + kExtractedAhead && !stopped_) changed_.Wait(mutex_);
        if (stopped_) return;
      }
      entries = pages_.Next();
      number = read_++;
    }
    ended = !entries.ok() || entries->empty();
    auto page = entries.ok() ? absl::StatusOr<Page>(ChangesOf(*std::move(entries), extractor))
                             : absl::StatusOr<Page>(entries.status());
    MutexLock lock(mutex_);
    done_.emplace(number, std::move(page));
    changed_.NotifyAll();
  }
}

}  // namespace replyguard::service
