// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/learner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "service/usecases/errors.h"
#include "usecases/classify.h"
#include "usecases/learn/checkpoint.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

// A side of an entry as the fold takes it. Nothing for a side that teaches nothing: absent, erased,
// or of a class this server does not know. An unreadable side counts as absent wherever it stands,
// so that what follows it (its flip, its retraction) reads the same way on every server and after
// every restart.
std::optional<classifier::Labelled> Side(const std::optional<storage::LabelState>& state,
                                         classifier::Extractor& extractor, bool* unreadable) {
  if (!state) return std::nullopt;
  classifier::Labelled labelled;
  switch (state->label) {
    case storage::LabelClass::kHam:
      labelled.label = classifier::Class::kHam;
      break;
    case storage::LabelClass::kSpam:
      labelled.label = classifier::Class::kSpam;
      break;
    case storage::LabelClass::kNone:
      *unreadable = true;
      return std::nullopt;
  }
  if (state->sample.erased) return std::nullopt;
  labelled.author = AuthorHashOf(state->sample);
  extractor.Extract(SampleDocument(state->sample).get(), &labelled.features);
  return labelled;
}

}  // namespace

Learner::Learner(storage::LabelLog& labels, storage::CheckpointStore& checkpoints,
                 const Clock& clock, LearnerOptions options)
    : labels_(labels),
      checkpoints_(checkpoints),
      clock_(clock),
      options_(std::move(options)),
      checkpoint_time_(steady_clock::now()) {}

Learner::~Learner() { Stop(); }

void Learner::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Learner::Stop() {
  pacer_.Stop();
  {
    MutexLock lock(mutex_);  // so that WaitFor sees it, or is waiting by now
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

LearnerState Learner::State() const {
  MutexLock lock(mutex_);
  return state_;
}

absl::Status Learner::WaitFor(std::int64_t position, storage::Deadline deadline) {
  MutexLock lock(mutex_);
  while (state_.position < position) {
    if (pacer_.stopping()) return absl::UnavailableError("the learner stops");
    if (!changed_.WaitUntil(mutex_, deadline) && state_.position < position) {
      return absl::DeadlineExceededError("the label has not been applied yet");
    }
  }
  return absl::OkStatus();
}

void Learner::Run() {
  bool failed = false;
  do {
    absl::Status status = fold_ ? absl::OkStatus() : Load();
    if (status.ok()) status = CatchUp();
    if (status.ok() && CheckpointDue()) status = StoreCheckpoint();
    // Once an outage, not five times a second.
    if (!status.ok() && !failed)
      Warn("labels cannot be read or stored; what is learnt already serves");
    failed = !status.ok();
  } while (pacer_.Pause(options_.poll_interval));
  if (fold_ && !StoreCheckpoint().ok()) {
    Warn("no checkpoint could be stored; the next start reads more labels");
  }
}

storage::Deadline Learner::SoonDeadline() const {
  return steady_clock::now() + options_.storage_timeout;
}

absl::Status Learner::Load() {
  const auto loaded = LoadNewestCheckpoint(checkpoints_, options_.starter, SoonDeadline(),
                                           [this](std::string_view text) { Warn(text); });
  if (!loaded.status.ok()) return loaded.status;
  fold_ = std::make_unique<classifier::Fold>(std::move(*loaded.fold));
  checkpoint_position_ = static_cast<std::int64_t>(fold_->position());
  checkpoint_time_ = steady_clock::now();
  {
    MutexLock lock(mutex_);
    state_.torn_checkpoint_count += loaded.torn_count;
  }
  Publish();
  return absl::OkStatus();
}

absl::Status Learner::CatchUp() {
  const auto head = labels_.HeadPosition(SoonDeadline());
  if (!head.ok()) return FromStorage(head.status());
  const auto position = [this] { return static_cast<std::int64_t>(fold_->position()); };
  if (position() > *head) {
    // Another database, or one restored to an earlier time: what was learnt is not what its log
    // says. Begin anew.
    Warn("the model is ahead of the label log; it is built anew");
    fold_ = std::make_unique<classifier::Fold>(options_.starter);
    checkpoint_position_ = 0;
    Publish();
  }
  {
    MutexLock lock(mutex_);
    state_.head_position = *head;
  }
  while (position() < *head) {
    const auto applied = ApplyOnce();
    if (!applied.ok()) return applied.status();
    if (!*applied || pacer_.stopping()) break;
  }
  MutexLock lock(mutex_);
  state_.caught_up = position() >= *head;
  changed_.NotifyAll();
  return absl::OkStatus();
}

absl::StatusOr<bool> Learner::ApplyOnce() {
  const auto entries = labels_.Read(static_cast<std::int64_t>(fold_->position()),
                                    options_.read_entries_max, SoonDeadline());
  if (!entries.ok()) return FromStorage(entries.status());
  for (const storage::LabelEntry& entry : *entries) {
    // A gap would mean that a label is lost for ever to this fold: wait for it instead.
    if (entry.position != static_cast<std::int64_t>(fold_->position()) + 1) {
      Warn("the label log has a gap after position " + std::to_string(fold_->position()));
      Publish();
      return absl::DataLossError("the label log has a gap");
    }
    const auto begin = steady_clock::now();
    ApplyEntry(entry);
    work_since_checkpoint_ += steady_clock::now() - begin;
  }
  if (!entries->empty()) Publish();
  return !entries->empty();
}

void Learner::ApplyEntry(const storage::LabelEntry& entry) {
  bool unreadable = false;
  classifier::LabelChange change;
  change.position = static_cast<std::uint64_t>(entry.position);
  change.site = static_cast<classifier::SiteId>(entry.site_id);
  change.sample = SampleIdOf(entry.sample_id);
  change.before = Side(entry.old_state, extractor_, &unreadable);
  change.after = Side(entry.new_state, extractor_, &unreadable);
  change.shares = entry.shares;
  retracted_ = retracted_ || (entry.old_state && !entry.new_state);
  bool skipped = unreadable;
  if (const absl::Status status = fold_->Apply(change); !status.ok()) {
    // What the fold holds of the sample is not what the log says it took away. Deterministic, as
    // the fold is a function of the log: every server skips the same entries.
    classifier::LabelChange nothing;
    nothing.position = change.position;
    nothing.site = change.site;
    nothing.shares = change.shares;
    if (!fold_->Apply(nothing).ok()) Warn("the fold refuses to go on");
    skipped = true;
  }
  if (skipped) Warn("label " + std::to_string(entry.position) + " cannot be applied; skipped");
  MutexLock lock(mutex_);
  ++state_.applied_count;
  if (skipped) ++state_.skipped_count;
}

void Learner::Publish() {
  model_.Set(fold_->Snapshot());
  MutexLock lock(mutex_);
  state_.loaded = true;
  const auto position = static_cast<std::int64_t>(fold_->position());
  if (position != state_.position) state_.updated_at = clock_.Now();
  state_.position = position;
  changed_.NotifyAll();
}

bool Learner::CheckpointDue() const {
  const std::int64_t fresh = static_cast<std::int64_t>(fold_->position()) - checkpoint_position_;
  if (fresh <= 0) return false;
  return fresh >= options_.checkpoint_labels ||
         work_since_checkpoint_ >= options_.checkpoint_work ||
         steady_clock::now() - checkpoint_time_ >=
             (retracted_ ? options_.retraction_interval : options_.checkpoint_interval);
}

absl::Status Learner::StoreCheckpoint() {
  if (static_cast<std::int64_t>(fold_->position()) <= checkpoint_position_) return absl::OkStatus();
  const absl::Status status = PutCheckpoint(*fold_, clock_.Now(), checkpoints_, SoonDeadline());
  if (!status.ok()) return FromStorage(status);
  checkpoint_position_ = static_cast<std::int64_t>(fold_->position());
  checkpoint_time_ = steady_clock::now();
  work_since_checkpoint_ = {};
  retracted_ = false;
  {
    MutexLock lock(mutex_);
    ++state_.checkpoint_count;
  }
  return FromStorage(
      checkpoints_.Prune(KindOf(starter()), options_.checkpoints_kept, SoonDeadline()).status());
}

std::uint64_t Learner::CountsDigest() const { return fold_->CountsDigest(); }

void Learner::Warn(std::string_view text) const {
  if (options_.warn) options_.warn(text);
}

}  // namespace replyguard::service
