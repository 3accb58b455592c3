// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/learner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "service/usecases/errors.h"
#include "service/usecases/learn/model_beginning.h"
#include "usecases/learn/followed_fold.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

// How long another generation is built at a time: labels that come meanwhile wait for so long.
constexpr std::chrono::milliseconds kBuildSlice{100};

}  // namespace

Learner::Learner(storage::LabelLog& labels, storage::CheckpointStore& checkpoints,
                 const Clock& clock, LearnerOptions options)
    : labels_(labels), checkpoints_(checkpoints), clock_(clock), options_(std::move(options)) {}

Learner::~Learner() { Stop(); }

void Learner::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Learner::AskToStop() {
  pacer_.Stop();
  MutexLock lock(mutex_);  // so that WaitFor sees it, or is waiting by now
  changed_.NotifyAll();
}

void Learner::Stop() {
  AskToStop();
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
  std::string told;
  do {
    absl::Status status = running_ ? absl::OkStatus() : Load();
    if (status.ok()) status = CatchUp();
    if (status.ok()) status = FollowActive();
    if (status.ok()) status = StoreWanted();
    if (status.ok()) status = KeepCheckpoints();
    failed = !status.ok();
    Tell(status, told);
  } while (
      pacer_.Pause(Building() && !failed ? std::chrono::milliseconds(0) : options_.poll_interval));
  EndRetired();
  if (shadow_ != nullptr) (void)StoreCheckpointOf(*shadow_);  // without it its next start is slow
  if (running_ && !StoreCheckpoint().ok()) {
    Warn("no checkpoint could be stored; the next start reads more labels");
  }
}

// Once an outage, not five times a second.
void Learner::Tell(const absl::Status& status, std::string& told) {
  std::string text;
  if (LacksBeginning(status)) {
    text = std::string(status.message()) + "; " + WayBack(status);
    MutexLock lock(mutex_);
    if (!state_.loaded) state_.fault = "no model can be loaded: " + text;
  } else if (absl::IsFailedPrecondition(status) || absl::IsAborted(status)) {
    text = std::string(status.message());
  } else if (!status.ok()) {
    text = "labels cannot be read or stored; what is learnt already serves";
  }
  if (!text.empty() && text != told) Warn(text);
  told = std::move(text);
}

storage::Deadline Learner::SoonDeadline() const {
  return steady_clock::now() + options_.storage_timeout;
}

bool Learner::Building() const {
  return next_ != nullptr || (shadow_ != nullptr && shadow_->position() < running_->position());
}

absl::StatusOr<storage::SelectedGenerations> Learner::Selected() const {
  if (options_.generations == nullptr) return storage::SelectedGenerations{};
  auto selected = options_.generations->Selected(SoonDeadline());
  if (!selected.ok()) return FromStorage(selected.status());
  return selected;
}

absl::StatusOr<std::unique_ptr<FollowedFold>> Learner::LoadFold(storage::Generation generation) {
  auto fold = std::make_unique<FollowedFold>(labels_, checkpoints_, clock_, options_,
                                             std::move(generation));
  const auto torn = fold->Load();
  if (!torn.ok()) return torn.status();
  MutexLock lock(mutex_);
  state_.torn_checkpoint_count += *torn;
  return fold;
}

absl::StatusOr<std::unique_ptr<FollowedFold>> Learner::LoadBeside(
    const storage::Generation& generation) {
  // Back so soon: what it learnt is still here, and its checkpoint may be on the way.
  const bool back = retired_ != nullptr && retired_->number() == generation.number;
  auto fold = back ? std::move(retired_) : LoadFold(generation);
  // Of a log that was restored to an earlier time since.
  if (fold.ok() && (*fold)->position() > running_->position()) {
    if (absl::Status status = (*fold)->Reset(); !status.ok()) return status;
  }
  return fold;
}

absl::Status Learner::Load() {
  auto selected = Selected();
  if (!selected.ok()) return selected.status();
  auto fold = LoadFold(std::move(selected->active));
  if (!fold.ok()) return fold.status();
  running_ = *std::move(fold);
  Publish();
  return absl::OkStatus();
}

absl::Status Learner::BeginAnew(std::int64_t publish_from) {
  EndRetired();
  const auto torn = running_->Load();
  if (!torn.ok()) return torn.status();  // told once, as whatever else cannot be read
  Warn("the label log is another than the one that was learnt; the model is built anew");
  publish_from_ = publish_from;
  next_.reset();
  DropShadow();
  Publish();
  MutexLock lock(mutex_);
  state_.torn_checkpoint_count += *torn;
  ++state_.astray_count;
  return absl::OkStatus();
}

absl::Status Learner::CatchUp() {
  const auto place = labels_.Look(running_->position(), SoonDeadline());
  if (!place.ok()) return FromStorage(place.status());
  const std::int64_t head = place->head_position;
  publish_from_ = std::min(publish_from_, head);
  if (running_->position() > head || !storage::MayBeSame(running_->mark(), place->mark)) {
    if (absl::Status status = BeginAnew(head); !status.ok()) return status;
  }
  bool answers = false;
  {
    MutexLock lock(mutex_);
    state_.head_position = head;
    answers = state_.caught_up;
  }
  absl::Status status;
  while (status.ok() && running_->position() < head) {
    const auto applied =
        ApplyPage(*running_, answers ? options_.observer : nullptr, answers ? 0 : head);
    status = applied.status();
    // Nobody is answered before the first time that all is applied, and what no snapshot shares
    // need not be copied to be changed.
    answers ? Publish() : ShowPosition();
    if (status.ok() && (!*applied || pacer_.stopping())) break;
  }
  if (!answers) Publish();
  if (!status.ok()) return status;
  MutexLock lock(mutex_);
  state_.caught_up = running_->position() >= head;
  changed_.NotifyAll();
  return absl::OkStatus();
}

absl::StatusOr<bool> Learner::ApplyPage(FollowedFold& fold, Observer* observer, std::int64_t head) {
  const std::int64_t before = fold.position();
  const auto applied = fold.ApplyPage(observer, head);
  if (!applied.ok()) return applied.status();
  if (applied->rebuilt) {
    if (&fold == running_.get()) publish_from_ = std::max(publish_from_, before);
    return true;
  }
  if (applied->astray) {
    // Those beside it never pass the running one, which finds out by itself.
    absl::Status status = &fold == running_.get() ? BeginAnew(before) : fold.Reset();
    if (!status.ok()) return status;
    return true;
  }
  {
    MutexLock lock(mutex_);
    state_.applied_count += applied->count;
    state_.skipped_count += applied->skipped_count;
  }
  // In the midst of many: a start after a kill goes on from here. Without it, it only takes longer.
  if (fold.work_since_checkpoint() >= options_.rebuild_work) {
    (void)EndCheckpoint(fold, /*wait=*/false);
    fold.BeginCheckpoint();
  }
  return applied->count > 0;
}

absl::StatusOr<bool> Learner::Advance(FollowedFold& fold) {
  const auto until = steady_clock::now() + kBuildSlice;
  while (fold.position() < running_->position()) {
    if (steady_clock::now() >= until || pacer_.stopping()) return false;
    const auto applied = ApplyPage(fold);
    if (!applied.ok()) return applied.status();
    if (!*applied) return false;
  }
  return true;
}

absl::Status Learner::FollowActive() {
  const auto selected = Selected();
  if (!selected.ok()) return selected.status();
  if (absl::Status status = ChangeOver(selected->active); !status.ok()) return status;
  return FollowShadow(selected->shadow);
}

absl::Status Learner::ChangeOver(const storage::Generation& active) {
  if (active.number == running_->number()) {
    next_.reset();
    return absl::OkStatus();
  }
  if (next_ == nullptr || next_->number() != active.number) {
    if (shadow_ != nullptr && shadow_->number() == active.number) {
      next_ = std::move(shadow_);
      DropShadow();
    } else {
      auto fold = LoadBeside(active);
      if (!fold.ok()) return fold.status();
      next_ = *std::move(fold);
    }
  }
  const auto caught_up = Advance(*next_);
  if (!caught_up.ok()) return caught_up.status();
  if (*caught_up) Swap();
  return absl::OkStatus();
}

absl::Status Learner::FollowShadow(const std::optional<storage::Generation>& wanted) {
  if (!wanted || wanted->number == running_->number()) {
    if (shadow_ == nullptr) return absl::OkStatus();
    Retire(std::move(shadow_));  // without its checkpoint, setting it again is only slow
    DropShadow();
    return absl::OkStatus();
  }
  if (shadow_ == nullptr || shadow_->number() != wanted->number) {
    auto fold = LoadBeside(*wanted);
    if (!fold.ok()) return fold.status();
    DropShadow();
    shadow_ = *std::move(fold);
  }
  const auto caught_up = Advance(*shadow_);
  if (!caught_up.ok()) return caught_up.status();
  if (!*caught_up) return absl::OkStatus();
  if (shadow_model_ == nullptr || shadow_model_->id() != shadow_->fold().id()) {
    shadow_model_ = shadow_->fold().Snapshot();
    Publish();
  }
  return KeepCheckpointOf(*shadow_);
}

void Learner::DropShadow() {
  shadow_.reset();
  if (shadow_model_ == nullptr) return;
  shadow_model_.reset();
  Publish();
}

void Learner::Retire(std::unique_ptr<FollowedFold> fold) {
  EndRetired();
  retired_ = std::move(fold);
  retired_->BeginCheckpoint();
}

void Learner::EndRetired() {
  if (retired_ != nullptr) (void)EndCheckpoint(*retired_, /*wait=*/true);
  retired_.reset();
}

void Learner::Swap() {
  Retire(std::move(running_));  // so that going back is quick; without it, it is only slow
  running_ = std::move(next_);
  publish_from_ = 0;
  Publish();
  running_->BeginCheckpoint();
}

void Learner::Publish() {
  auto models = std::make_shared<ModelPair>();
  const auto last = models_.Get();
  const bool ready = running_->position() >= publish_from_ || last == nullptr;
  models->active = ready ? running_->fold().Snapshot() : last->active;
  models->shadow = shadow_model_;
  models_.Set(std::move(models));
  ShowPosition();
}

void Learner::ShowPosition() {
  MutexLock lock(mutex_);
  state_.loaded = true;
  state_.fault.clear();
  if (running_->position() != state_.position) state_.updated_at = clock_.Now();
  state_.position = running_->position();
  state_.generation = running_->number();
  state_.shadow_generation = shadow_model_ == nullptr ? 0 : shadow_model_->id().generation;
  changed_.NotifyAll();
}

absl::Status Learner::KeepCheckpoints() {
  if (retired_ != nullptr) {
    (void)EndCheckpoint(*retired_, /*wait=*/false);
    if (!retired_->storing()) retired_.reset();
  }
  return KeepCheckpointOf(*running_);
}

std::uint64_t Learner::CountsDigest() const { return running_->fold().CountsDigest(); }

void Learner::Warn(std::string_view text) const {
  if (options_.warn) options_.warn(text);
}

}  // namespace replyguard::service
