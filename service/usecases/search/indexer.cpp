// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/search/indexer.h"

#include <sys/resource.h>

#include <string>
#include <utility>

#include "service/usecases/search/terms.h"

namespace replyguard::service {
namespace {

constexpr int kIndexNice = 10;

}  // namespace

Indexer::Indexer(storage::CommentSearch& search, IndexerOptions options)
    : search_(search), options_(std::move(options)) {}

Indexer::~Indexer() { Stop(); }

void Indexer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Indexer::Stop() {
  pacer_.Stop();
  if (thread_.joinable()) thread_.join();
}

void Indexer::Run() {
  // Of this thread: callers come first.
  (void)setpriority(PRIO_PROCESS, 0, kIndexNice);
  std::chrono::milliseconds pause{0};
  while (pacer_.Pause(pause)) {
    const auto done = RunOnce();
    if (!done.ok()) {
      if (options_.warn) {
        options_.warn("the search index is behind: " + std::string(done.status().message()));
      }
      pause = options_.retry_interval;
    } else {
      pause = *done < options_.batch ? options_.interval : std::chrono::milliseconds(0);
    }
  }
}

absl::StatusOr<std::int32_t> Indexer::RunOnce() {
  return search_.IndexSome(
      options_.batch,
      [this](const storage::IndexedComment& comment) { return SearchTermsOf(comment, extractor_); },
      std::chrono::steady_clock::now() + options_.storage_timeout);
}

}  // namespace replyguard::service
