// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How the learner stores what it has learnt.
#include <optional>
#include <set>
#include <utility>

#include "service/usecases/learn/learner.h"
#include "usecases/learn/followed_fold.h"

namespace replyguard::service {

absl::Status Learner::KeepCheckpointOf(FollowedFold& fold) {
  const auto ended = EndCheckpoint(fold, /*wait=*/false);
  if (fold.CheckpointDue()) fold.BeginCheckpoint();
  return ended.value_or(absl::OkStatus());
}

std::optional<absl::Status> Learner::EndCheckpoint(FollowedFold& fold, bool wait) {
  auto ended = fold.EndCheckpoint(wait);
  if (!ended || !ended->ok()) return ended;
  MutexLock lock(mutex_);
  ++state_.checkpoint_count;
  return ended;
}

absl::Status Learner::StoreCheckpoint() { return StoreCheckpointOf(*running_); }

absl::Status Learner::StoreCheckpointOf(FollowedFold& fold, bool anyway) {
  (void)EndCheckpoint(fold, /*wait=*/true);
  const auto stored = fold.StoreCheckpoint(anyway);
  if (!stored.ok()) return stored.status();
  if (!*stored) return absl::OkStatus();
  MutexLock lock(mutex_);
  ++state_.checkpoint_count;
  return absl::OkStatus();
}

absl::StatusOr<bool> Learner::StoreFresh(std::int64_t generation, storage::Deadline deadline) {
  MutexLock lock(mutex_);
  if (!state_.caught_up ||
      (generation != state_.generation && generation != state_.shadow_generation)) {
    return false;
  }
  const std::uint64_t mine = ++fresh_asked_;
  fresh_wanted_.emplace(mine, generation);
  pacer_.Wake();
  absl::Status status;
  while (status.ok() && fresh_stored_ < mine) {
    if (pacer_.stopping()) {
      status = absl::UnavailableError("the learner stops");
    } else if (!changed_.WaitUntil(mutex_, deadline) && fresh_stored_ < mine) {
      status = absl::DeadlineExceededError("the model could not be stored in time");
    }
  }
  fresh_wanted_.erase(mine);
  if (!status.ok()) return status;
  return true;
}

absl::Status Learner::StoreWanted() {
  std::set<std::int64_t> wanted;
  std::uint64_t asked = 0;
  {
    MutexLock lock(mutex_);
    for (const auto& [ask, generation] : fresh_wanted_) wanted.insert(generation);
    asked = fresh_asked_;
  }
  if (wanted.empty()) return absl::OkStatus();
  // Whoever asks anew is heard at once, and until nobody waits it is tried again after each pause.
  const bool anew = std::exchange(fresh_tried_, asked) != asked;
  for (FollowedFold* const fold : {running_.get(), shadow_.get()}) {
    if (fold == nullptr || !wanted.contains(fold->number())) continue;
    if (fold->resting() && !anew) return absl::OkStatus();
    absl::Status status = StoreCheckpointOf(*fold, /*anyway=*/true);
    if (!status.ok()) return status;
  }
  MutexLock lock(mutex_);
  fresh_stored_ = asked;
  fresh_wanted_.erase(fresh_wanted_.begin(), fresh_wanted_.upper_bound(asked));
  changed_.NotifyAll();
  return absl::OkStatus();
}

}  // namespace replyguard::service
