// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The learner: follows the label log, adds each label to the fold exactly once and publishes what
// follows from it.
//
// Exactly once, by position: the fold knows the last position it applied, a checkpoint is such a
// fold, and labels are numbered without gaps in the order in which they become visible. So the
// model at a position is a function of the log up to it, whatever restarts, replicas or checkpoints
// lie between: equal ids, equal scores, bit for bit.
//
// A standby that takes over without the last commits makes another log of it, in which others stand
// at their positions. The mark of the label at the fold's position tells (LabelMark): at each look,
// and with each page. What was learnt is then let go of.
//
// Which labels count is the active generation's to say. When another one becomes active, its fold
// is built beside the running one, which goes on learning and answering until the new one stands
// where it stands; then they change places at once.
//
// The shadow's fold is kept beside it all the time, a little behind: it is brought forward after
// the active one is published, for a short while at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/starter.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/model_source.h"
#include "service/usecases/pacer.h"
#include "service/usecases/snapshot_cell.h"
#include "storage/checkpoint_store.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"
#include "storage/mutex.h"

namespace replyguard::service {

class FollowedFold;
class Observer;

struct LearnerOptions {
  // Says which generation is active, and what it begins with; null: always the first. Not owned.
  storage::GenerationStore* generations = nullptr;
  // What every site's model begins with; null: nothing. All servers of one database should have the
  // same: their models' ids tell it, and each kind has checkpoints of its own.
  std::shared_ptr<const classifier::Starter> starter{};
  // How long to wait for a Wake before looking anyway.
  std::chrono::milliseconds poll_interval{200};
  // Entries read at once; 1 to storage::kLabelReadMax.
  std::int32_t read_entries_max = 500;
  // A checkpoint is stored after so many labels, or when labels are older than the interval, or
  // after so much work on them: a start does again what was done since (fits of the weights are
  // most of it), and cannot serve before.
  std::int64_t checkpoint_labels = 2'000;
  std::chrono::milliseconds checkpoint_interval{600'000};
  std::chrono::milliseconds checkpoint_work{500};
  // While many labels are caught up with, one is stored each time after so much work on them, so
  // that a server that is killed meanwhile does not begin again from the start.
  std::chrono::milliseconds rebuild_work{10'000};
  // The interval once a label was taken back: the text of an erased comment is kept until a stored
  // model no longer needs it.
  std::chrono::milliseconds retraction_interval{60'000};
  // After one that could not be stored none is begun for so long: twice as long after each failure
  // that follows another, up to the longest.
  std::chrono::milliseconds checkpoint_pause{1'000};
  std::chrono::milliseconds checkpoint_pause_max{300'000};
  // Checkpoints kept.
  std::int32_t checkpoints_kept = 3;
  // How long one call to storage may take.
  std::chrono::milliseconds storage_timeout{30'000};
  // Told of labels that are applied while the model answers. Not owned; null: nobody.
  Observer* observer = nullptr;
  // Told in one line, for the operator's log: a torn checkpoint, an entry that could not be read.
  // No text, no author. Called on the learner's thread. May be empty.
  std::function<void(std::string_view)> warn{};
};

struct LearnerState {
  // A fold is loaded (from a checkpoint, or empty) and Snapshot() answers.
  bool loaded = false;
  // Why none is, where trying again does not help, and what to do; empty: nothing such is known.
  std::string fault{};
  // The log's head as last seen had been applied. Until this is first so, Snapshot() stays what was
  // loaded.
  bool caught_up = false;
  std::int64_t position = 0;
  // Whose fold answers.
  std::int64_t generation = storage::kFirstGeneration;
  // Whose fold scores beside it; 0: none, or not built yet.
  std::int64_t shadow_generation = 0;
  std::int64_t head_position = 0;  // as last seen
  // When the newest label was applied, by the clock; nothing before the first.
  std::optional<storage::Timestamp> updated_at;
  // Since the start.
  std::int64_t applied_count = 0;
  std::int64_t skipped_count = 0;
  std::int64_t torn_checkpoint_count = 0;
  std::int64_t checkpoint_count = 0;
  // How often the model was built anew because the log said otherwise than what it had learnt.
  std::int64_t astray_count = 0;
};

// Snapshot, State and Wake: from any thread. Start and Stop: by the owner. Load, CatchUp,
// FollowActive and StoreCheckpoint: instead of Start, on one thread (tests, command-line tools).
class Learner final : public ModelSource {
 public:
  Learner(storage::LabelLog& labels, storage::CheckpointStore& checkpoints, const Clock& clock,
          LearnerOptions options = {});
  ~Learner() override;  // stops

  // Starts the thread and returns at once: it loads the newest good checkpoint, applies the tail,
  // and follows. While PostgreSQL is away it keeps answering from what it has.
  void Start();
  // Ends the thread after storing a checkpoint when there is anything new; at most storage_timeout.
  // May be called again.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop();
  // There may be something new. Cheap.
  void Wake() { pacer_.Wake(); }

  std::shared_ptr<const classifier::Model> Snapshot() const override { return Both().active; }
  ModelPair Both() const override {
    const auto models = models_.Get();
    return models == nullptr ? ModelPair() : *models;
  }
  LearnerState State() const;
  // Null: none.
  const classifier::Starter* starter() const { return options_.starter.get(); }
  std::shared_ptr<const classifier::Starter> shared_starter() const { return options_.starter; }
  // Waits until `position` is applied. DEADLINE_EXCEEDED. BLOCKS.
  absl::Status WaitFor(std::int64_t position, storage::Deadline deadline);

  // BLOCKS. The active generation's newest checkpoint that reads whole; the starter model when
  // there is none. Torn ones
  // are skipped with a warning. UNAVAILABLE and the like: nothing changed.
  absl::Status Load();
  // BLOCKS. Applies everything up to the log's head and publishes. REQUIRES: Load succeeded.
  absl::Status CatchUp();
  // BLOCKS. When another generation is active, builds its fold for a short while, and changes over
  // to it once it has applied what the running one has. Then brings the shadow forward in the same
  // way. REQUIRES: Load succeeded.
  absl::Status FollowActive();
  // BLOCKS. OK when there is nothing new since the last one.
  absl::Status StoreCheckpoint();
  // Has a checkpoint of this generation stored that has learnt what this server has by now; false
  // when it holds no model of it. From any thread, while it runs. BLOCKS; DEADLINE_EXCEEDED.
  absl::StatusOr<bool> StoreFresh(std::int64_t generation, storage::Deadline deadline);
  // A digest of all counts. REQUIRES: as CatchUp.
  std::uint64_t CountsDigest() const;

 private:
  void Run();
  // Warns of what went wrong, unless that was `told`, and keeps it where no model is loaded.
  void Tell(const absl::Status& status, std::string& told);
  absl::StatusOr<storage::SelectedGenerations> Selected() const;
  absl::StatusOr<std::unique_ptr<FollowedFold>> LoadFold(storage::Generation generation);
  // The same for one that is to stand beside the running one.
  absl::StatusOr<std::unique_ptr<FollowedFold>> LoadBeside(const storage::Generation& generation);
  absl::Status ChangeOver(const storage::Generation& active);
  absl::Status FollowShadow(const std::optional<storage::Generation>& wanted);
  void DropShadow();
  // Applies what the running fold has, for a short while; whether it has caught up.
  absl::StatusOr<bool> Advance(FollowedFold& fold);
  bool Building() const;
  // Lets go of what was learnt of a log that this is not; what is published stays until the log is
  // learnt up to a position.
  absl::Status BeginAnew(std::int64_t publish_from);
  // Whether there was anything to apply.
  absl::StatusOr<bool> ApplyPage(FollowedFold& fold, Observer* observer = nullptr,
                                 std::int64_t head = 0);
  void Swap();
  // Lets go of a fold, and stores its checkpoint if it has learnt anything since the last one.
  void Retire(std::unique_ptr<FollowedFold> fold);
  // Waits for the checkpoint of the one that was let go of.
  void EndRetired();
  // Begins those that are due, and sees to those that were begun.
  absl::Status KeepCheckpoints();
  absl::Status KeepCheckpointOf(FollowedFold& fold);
  std::optional<absl::Status> EndCheckpoint(FollowedFold& fold, bool wait);
  absl::Status StoreCheckpointOf(FollowedFold& fold, bool anyway = false);
  // What StoreFresh waits for.
  absl::Status StoreWanted();
  void Publish();
  // State() without a new snapshot.
  void ShowPosition();
  storage::Deadline SoonDeadline() const;
  void Warn(std::string_view text) const;

  storage::LabelLog& labels_;
  storage::CheckpointStore& checkpoints_;
  const Clock& clock_;
  const LearnerOptions options_;

  // The learning thread's own (or the caller's of Load and CatchUp).
  std::unique_ptr<FollowedFold> running_;
  // While the running fold is built anew: what it had published before stays until it is so far.
  std::int64_t publish_from_ = 0;
  std::unique_ptr<FollowedFold> next_;  // of the active generation, while it is built
  std::unique_ptr<FollowedFold> shadow_;
  std::shared_ptr<const classifier::Model> shadow_model_;  // null while it is built
  std::unique_ptr<FollowedFold> retired_;  // until its checkpoint is stored; null otherwise
  std::uint64_t fresh_tried_ = 0;          // which asked last of those whose wish was tried

  SnapshotCell<ModelPair> models_;

  mutable Mutex mutex_;
  CondVar changed_;
  LearnerState state_ REPLYGUARD_GUARDED_BY(mutex_);
  // Whose checkpoints somebody waits for, by when they asked, and how often one was asked for and
  // stored.
  std::map<std::uint64_t, std::int64_t> fresh_wanted_ REPLYGUARD_GUARDED_BY(mutex_);
  std::uint64_t fresh_asked_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::uint64_t fresh_stored_ REPLYGUARD_GUARDED_BY(mutex_) = 0;

  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
