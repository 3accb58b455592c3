// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/search/indexer.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <utility>

#include "service/usecases/search/terms.h"

namespace replyguard::service {
namespace {

constexpr int kIndexNice = 10;
// PostgreSQL's part of the work has no such niceness: of a busy machine it gets one part in so
// many.
constexpr int kBusyParts = 10;

}  // namespace

std::chrono::milliseconds PauseAfter(std::int32_t done, std::chrono::milliseconds took,
                                     const IndexerOptions& options) {
  if (done < options.batch) return options.interval;
  if (!options.busy || !options.busy()) return std::chrono::milliseconds(0);
  return std::min(took * (kBusyParts - 1), options.busy_pause_max);
}

Indexer::Indexer(storage::CommentSearch& search, const Clock& clock, IndexerOptions options)
    : search_(search), clock_(clock), options_(std::move(options)) {}

Indexer::~Indexer() { Stop(); }

void Indexer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Indexer::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void Indexer::Run() {
  // Of this thread: callers come first.
  (void)setpriority(PRIO_PROCESS, 0, kIndexNice);
  std::chrono::milliseconds pause{0};
  while (pacer_.Pause(pause)) {
    const auto started = std::chrono::steady_clock::now();
    const auto done = RunOnce();
    if (!done.ok()) {
      if (options_.warn) {
        options_.warn("the search index is behind: " + std::string(done.status().message()));
      }
      pause = options_.retry_interval;
    } else {
      pause = PauseAfter(*done,
                         std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - started),
                         options_);
    }
  }
}

absl::StatusOr<std::int32_t> Indexer::RunOnce() {
  storage::CommentId newest;
  auto done = search_.IndexSome(
      options_.batch,
      [&](const storage::IndexedComment& comment) {
        newest = std::max(newest, comment.comment_id);
        return SearchTermsOf(comment, extractor_);
      },
      std::chrono::steady_clock::now() + options_.storage_timeout);
  if (!done.ok()) return done;
  const bool behind = *done >= options_.batch && newest != storage::CommentId{};
  lag_ms_ = behind ? std::chrono::duration_cast<std::chrono::milliseconds>(
                         clock_.Now() - storage::TimeOfUuidV7(newest))
                         .count()
                   : 0;
  return done;
}

}  // namespace replyguard::service
