// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/log_pages.h"

#include <chrono>
#include <utility>

#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// How long reading one page may take.
constexpr std::chrono::seconds kPageTimeMax{30};

}  // namespace

LogPages::LogPages(storage::LabelLog& labels, std::vector<std::string> excluded, std::int64_t after,
                   std::int64_t head)
    : labels_(labels), excluded_(std::move(excluded)), after_(after), head_(head), thread_([this] {
        Run();
      }) {}

LogPages::~LogPages() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

absl::StatusOr<std::vector<storage::LabelEntry>> LogPages::Next() {
  MutexLock lock(mutex_);
  while (pages_.empty()) changed_.Wait(mutex_);
  // What ended it stays, whoever asks again.
  if (!pages_.front().ok() || pages_.front()->empty()) return pages_.front();
  auto page = std::move(pages_.front());
  pages_.pop_front();
  changed_.NotifyAll();
  return page;
}

void LogPages::Run() {
  for (std::int64_t position = after_; position < head_;) {
    auto page = labels_.ReadWithout(excluded_, position, kPageEntries,
                                    std::chrono::steady_clock::now() + kPageTimeMax);
    if (!page.ok()) {
      Put(FromStorage(page.status()));
      return;
    }
    while (!page->empty() && page->back().position > head_) page->pop_back();
    if (page->empty()) break;
    position = page->back().position;
    if (!Put(std::move(page))) return;
  }
  Put(Page{});
}

bool LogPages::Put(absl::StatusOr<Page> page) {
  MutexLock lock(mutex_);
  while (pages_.size() >= kPagesAhead && !stopped_) changed_.Wait(mutex_);
  if (stopped_) return false;
  pages_.push_back(std::move(page));
  changed_.NotifyAll();
  return true;
}

}  // namespace replyguard::service
