// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The fold of one generation, as it follows the label log: loaded from its newest checkpoint,
// brought forward page by page, stored again.
//
// Thread-safety: none; every call BLOCKS on storage unless it says otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/learner.h"
#include "storage/checkpoint_store.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"
#include "usecases/growing_pause.h"
#include "usecases/learn/change_pages.h"

namespace replyguard::service {

// What a row of the log changes. A side that teaches nothing (absent, erased, or of a class that
// this server does not know) is absent. `unreadable` is set for the last kind, and left otherwise.
classifier::LabelChange ChangeOf(const storage::LabelEntry& entry, classifier::Extractor& extractor,
                                 bool* unreadable);

// Applies it. False when what the fold holds of the sample is not what the log says it took away:
// the row then counts as one without a label, on every server alike.
bool ApplyOrSkip(const classifier::LabelChange& change, classifier::Fold& fold);

class FollowedFold {
 public:
  // Rows of the log that were read and applied.
  struct Applied {
    std::int64_t count = 0;
    std::int64_t skipped_count = 0;
    // The text of a label that this fold still counted was erased, so that it could not be taken
    // away: the fold was let go of, and stands again where it began, or at a checkpoint that never
    // had it or has taken it away.
    bool rebuilt = false;
    // The log is another than the one that this fold has learnt (LabelMark): none of the page was
    // applied, and none can be before Load or Reset.
    bool astray = false;
  };

  // Holds references; they outlive it.
  FollowedFold(storage::LabelLog& labels, storage::CheckpointStore& checkpoints, const Clock& clock,
               const LearnerOptions& options, storage::Generation generation);

  // The generation's newest checkpoint that reads whole; what it begins with (BeginFold) when there
  // is none. Answers how many were torn and skipped. UNAVAILABLE and the like: nothing changed.
  absl::StatusOr<std::int64_t> Load() { return LoadFrom(0); }
  // Begins anew (BeginFold), whatever is stored. On an error nothing changed.
  absl::Status Reset();
  // Applies one page of the log; 0 rows: there is no more. REQUIRES: loaded, as below. On a gap of
  // the log, DATA_LOSS: what lies before it is applied. `observer`: told of each; may be null.
  // `head`: of the log, when it may be read far ahead, on threads of its own: nobody is served yet.
  absl::StatusOr<Applied> ApplyPage(Observer* observer = nullptr, std::int64_t head = 0);
  bool CheckpointDue() const;  // does not block
  std::chrono::steady_clock::duration work_since_checkpoint() const {
    return work_since_checkpoint_;
  }
  // Whether one was stored: not when there is nothing new, unless `anyway`, and never of a fold
  // that knows nothing. REQUIRES: none is being stored.
  absl::StatusOr<bool> StoreCheckpoint(bool anyway = false);
  // Stores one on a thread of its own, while labels go on being applied: to pack a large model
  // takes longer than a label may wait. Nothing happens while one is being stored, or resting.
  // Does not block.
  void BeginCheckpoint();
  // What became of the one that was begun, told once: nothing while it is being stored, unless
  // `wait`.
  std::optional<absl::Status> EndCheckpoint(bool wait);
  bool storing() const { return writing_.valid(); }
  // None could be stored a while ago: none is due, or begun, until that is longer ago.
  bool resting() const;

  // Do not block.
  bool loaded() const { return fold_ != nullptr; }
  classifier::Fold& fold() { return *fold_; }
  std::int64_t position() const { return static_cast<std::int64_t>(fold_->position()); }
  const storage::LabelMark& mark() const { return mark_; }  // of the label at its position
  std::int64_t number() const { return generation_.number; }

 private:
  absl::StatusOr<std::int64_t> LoadFrom(std::int64_t position_min);
  void Take(classifier::Fold fold, const storage::LabelMark& mark);
  // The next rows, with what they change.
  absl::StatusOr<ChangePages::Page> ReadPage(std::int64_t head);
  bool HoldsErased(const storage::LabelEntry& entry) const;
  bool ApplyRow(const LoggedChange& row);
  absl::Status Write(const classifier::Fold& fold, const storage::LabelMark& mark) const;
  void CountFromHere();  // what CheckpointDue looks at
  void DueAfterAPause();
  storage::Deadline SoonDeadline() const;
  void Warn(std::string_view text) const;

  storage::LabelLog& labels_;
  storage::CheckpointStore& checkpoints_;
  const Clock& clock_;
  const LearnerOptions& options_;
  const storage::Generation generation_;

  std::unique_ptr<classifier::Fold> fold_;
  storage::LabelMark mark_;
  classifier::Extractor extractor_;
  std::unique_ptr<ChangePages> ahead_;  // null: nothing is read ahead
  std::int64_t checkpoint_position_ = 0;
  std::chrono::steady_clock::time_point checkpoint_time_;
  std::chrono::steady_clock::duration work_since_checkpoint_{};
  bool retracted_ = false;      // since the checkpoint
  std::int64_t gap_told_ = -1;  // after which position; once, not at each look
  GrowingPause pause_;
  std::future<absl::Status> writing_;  // last: its end waits for the thread
};

}  // namespace replyguard::service
