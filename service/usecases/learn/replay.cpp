// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/replay.h"

#include <chrono>
#include <utility>

#include "usecases/learn/followed_fold.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::int32_t kReplayEntries = 500;

}  // namespace

Replay::Replay(storage::LabelLog& labels, classifier::Fold fold, storage::Generation generation)
    : labels_(labels), generation_(std::move(generation)), fold_(std::move(fold)) {}

absl::StatusOr<bool> Replay::HasNext(storage::Deadline deadline) {
  if (next_ < page_.size()) return true;
  if (ended_) return false;
  auto page = labels_.ReadWithout(generation_.excluded, static_cast<std::int64_t>(fold_.position()),
                                  kReplayEntries, deadline);
  if (!page.ok()) return FromStorage(page.status());
  page_ = *std::move(page);
  next_ = 0;
  ended_ = page_.empty();
  return !ended_;
}

absl::Status Replay::AdvanceTo(storage::SiteId site, const storage::CommentId& comment,
                               storage::Deadline deadline) {
  const storage::Timestamp received = storage::TimeOfUuidV7(comment);
  // As LabelEntry::sample_id; ids of comments sort by the time of receipt.
  const std::string own = "c:" + comment.ToHex();
  while (true) {
    const auto has_next = HasNext(deadline);
    if (!has_next.ok()) return has_next.status();
    if (!*has_next) return absl::OkStatus();
    const storage::LabelEntry& entry = page_[next_];
    if (entry.labelled_at > received) return absl::OkStatus();
    if (entry.site_id == site && entry.sample_id.compare(0, 2, "c:") == 0 &&
        entry.sample_id >= own) {
      return absl::OkStatus();
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return FromStorage(absl::DeadlineExceededError("the label log is too long for the call"));
    }
    bool unreadable = false;
    (void)ApplyOrSkip(ChangeOf(entry, extractor_, &unreadable), fold_);
    ++next_;
  }
}

}  // namespace replyguard::service
