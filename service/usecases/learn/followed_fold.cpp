// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/followed_fold.h"

#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "service/usecases/observer.h"
#include "usecases/classify.h"
#include "usecases/learn/begin_fold.h"
#include "usecases/learn/checkpoint.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

// With fewer rows to go, a page at a time is as fast.
constexpr std::int64_t kReadAheadRows = 1'000;

// An unreadable side counts as absent wherever it stands, so that what follows it (its flip, its
// retraction) reads the same way on every server and after every restart.
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
  labelled.weight = static_cast<std::uint32_t>(state->weight);
  extractor.Extract(SampleDocument(state->sample).get(), &labelled.features);
  return labelled;
}

// The processor's time of this thread: to wait for a slow database is no work, which would be lost.
steady_clock::duration ThreadTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

classifier::LabelChange ChangeOf(const storage::LabelEntry& entry, classifier::Extractor& extractor,
                                 bool* unreadable) {
  classifier::LabelChange change;
  change.position = static_cast<std::uint64_t>(entry.position);
  change.site = static_cast<classifier::SiteId>(entry.site_id);
  change.sample = SampleIdOf(entry.sample_id);
  change.before = Side(entry.old_state, extractor, unreadable);
  change.after = Side(entry.new_state, extractor, unreadable);
  change.shares = entry.shares;
  return change;
}

bool ApplyOrSkip(const classifier::LabelChange& change, classifier::Fold& fold) {
  if (fold.Apply(change).ok()) return true;
  // Deterministic, as the fold is a function of the log: every server skips the same entries.
  classifier::LabelChange nothing;
  nothing.position = change.position;
  nothing.site = change.site;
  nothing.shares = change.shares;
  // Cannot fail: its position is the next one, and it takes nothing away from sample 0.
  (void)fold.Apply(nothing);
  return false;
}

FollowedFold::FollowedFold(storage::LabelLog& labels, storage::CheckpointStore& checkpoints,
                           const Clock& clock, const LearnerOptions& options,
                           storage::Generation generation)
    : labels_(labels),
      checkpoints_(checkpoints),
      clock_(clock),
      options_(options),
      generation_(std::move(generation)),
      checkpoint_time_(steady_clock::now()),
      pause_(options.checkpoint_pause, options.checkpoint_pause_max) {}

storage::Deadline FollowedFold::SoonDeadline() const {
  return steady_clock::now() + options_.storage_timeout;
}

absl::StatusOr<std::int64_t> FollowedFold::LoadFrom(std::int64_t position_min) {
  auto loaded =
      LoadNewestCheckpoint(checkpoints_, options_.starter, generation_.number, position_min,
                           SoonDeadline(), [this](std::string_view text) { Warn(text); });
  if (!loaded.status.ok()) return loaded.status;
  if (!loaded.fold) {
    if (absl::Status status = Reset(); !status.ok()) return status;
    return loaded.torn_count;
  }
  Take(*std::move(loaded.fold), loaded.mark);
  return loaded.torn_count;
}

absl::Status FollowedFold::Reset() {
  auto fold = BeginFold(generation_, options_.starter, options_.generations, SoonDeadline());
  if (!fold.ok()) return fold.status();
  Take(*std::move(fold), std::nullopt);
  return absl::OkStatus();
}

void FollowedFold::Take(classifier::Fold fold, const storage::LabelMark& mark) {
  fold_ = std::make_unique<classifier::Fold>(std::move(fold));
  mark_ = mark;
  ahead_.reset();
  CountFromHere();
}

absl::StatusOr<ChangePages::Page> FollowedFold::ReadPage(std::int64_t head) {
  if (ahead_ == nullptr && head - position() >= kReadAheadRows) {
    try {
      ahead_ = std::make_unique<ChangePages>(labels_, generation_.excluded, position(), head,
                                             ExtractorThreads());
    } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
      // There is no room for more threads: a page at a time, by this one.
    }
  }
  if (ahead_ != nullptr) {
    auto page = ahead_->Next();
    if (page.ok() && !page->empty()) return page;
    ahead_.reset();
    if (!page.ok()) return page;
  }
  auto entries = labels_.ReadWithout(generation_.excluded, position(), options_.read_entries_max,
                                     SoonDeadline());
  if (!entries.ok()) return FromStorage(entries.status());
  return ChangesOf(*std::move(entries), extractor_);
}

bool FollowedFold::HoldsErased(const storage::LabelEntry& entry) const {
  const auto erased = [](const std::optional<storage::LabelState>& state) {
    return state && state->sample.erased;
  };
  return (erased(entry.old_state) || erased(entry.new_state)) &&
         fold_->Holds(static_cast<classifier::SiteId>(entry.site_id), SampleIdOf(entry.sample_id));
}

absl::StatusOr<FollowedFold::Applied> FollowedFold::ApplyPage(Observer* observer,
                                                              std::int64_t head) {
  const auto begin_reading = ThreadTime();
  const auto page = ReadPage(head);
  if (!page.ok()) return page.status();
  work_since_checkpoint_ += ThreadTime() - begin_reading;
  Applied applied;
  for (const LoggedChange& row : *page) {
    const storage::LabelEntry& entry = row.entry;
    // A gap would mean that a label is lost for ever to this fold: wait for it instead.
    if (entry.position != position() + 1) {
      if (std::exchange(gap_told_, position()) != position()) {
        Warn("the label log has a gap after position " + std::to_string(position()));
      }
      ahead_.reset();
      return absl::DataLossError("the label log has a gap");
    }
    if (!storage::MayBeSame(mark_, entry.mark_before)) {
      ahead_.reset();
      applied.astray = true;
      return applied;
    }
    if (HoldsErased(entry)) {
      const auto loaded = LoadFrom(entry.position);
      if (!loaded.ok()) return loaded.status();
      Warn("the text of label " + std::to_string(entry.position) +
           " was erased before it was read; the model is built anew");
      applied.rebuilt = true;
      return applied;
    }
    const auto begin = ThreadTime();
    if (!ApplyRow(row)) ++applied.skipped_count;
    mark_ = entry.mark;
    ++applied.count;
    work_since_checkpoint_ += ThreadTime() - begin;
    if (observer != nullptr) {
      observer->OnLabel(entry.source,
                        entry.new_state ? entry.new_state->label : storage::LabelClass::kNone,
                        clock_.Now() - entry.labelled_at);
    }
  }
  return applied;
}

bool FollowedFold::ApplyRow(const LoggedChange& row) {
  retracted_ = retracted_ || (row.entry.old_state && !row.entry.new_state);
  const bool applied = ApplyOrSkip(row.change, *fold_) && !row.unreadable;
  if (!applied) {
    Warn("label " + std::to_string(row.entry.position) + " cannot be applied; skipped");
  }
  return applied;
}

bool FollowedFold::CheckpointDue() const {
  const std::int64_t fresh = position() - checkpoint_position_;
  if (fresh <= 0 || resting()) return false;
  return fresh >= options_.checkpoint_labels ||
         work_since_checkpoint_ >= options_.checkpoint_work ||
         steady_clock::now() - checkpoint_time_ >=
             (retracted_ ? options_.retraction_interval : options_.checkpoint_interval);
}

absl::Status FollowedFold::Write(const classifier::Fold& fold,
                                 const storage::LabelMark& mark) const {
  absl::Status status;
  try {
    status = PutCheckpoint(fold, mark, clock_.Now(), checkpoints_, SoonDeadline());
  } catch (const std::bad_alloc&) {  // a copy of the model, and one of that: the largest there are
    status = absl::ResourceExhaustedError("no memory to store a model");
  }
  if (!status.ok()) return FromStorage(status);
  return FromStorage(checkpoints_
                         .Prune(KindOf(options_.starter.get(), generation_.number),
                                options_.checkpoints_kept, SoonDeadline())
                         .status());
}

void FollowedFold::CountFromHere() {
  checkpoint_position_ = position();
  checkpoint_time_ = steady_clock::now();
  work_since_checkpoint_ = {};
  retracted_ = false;
}

absl::StatusOr<bool> FollowedFold::StoreCheckpoint(bool anyway) {
  const bool knows = position() > 0 || generation_.base != 0;
  if (position() <= checkpoint_position_ && !(anyway && knows)) return false;
  absl::Status status = Write(*fold_, mark_);
  if (!status.ok()) {
    pause_.Failed(steady_clock::now());
    return status;
  }
  pause_.Succeeded();
  CountFromHere();
  return true;
}

void FollowedFold::BeginCheckpoint() {
  if (writing_.valid() || resting() || position() <= checkpoint_position_) return;
  const auto copy = std::make_shared<const classifier::Fold>(fold_->Copy());
  try {
    writing_ =
        std::async(std::launch::async, [this, copy, mark = mark_] { return Write(*copy, mark); });
  } catch (const std::system_error&) {
    Warn("the system refuses the thread that would store the model; it is stored later");
    return DueAfterAPause();
  }
  CountFromHere();
}

std::optional<absl::Status> FollowedFold::EndCheckpoint(bool wait) {
  if (!writing_.valid()) return std::nullopt;
  if (!wait && writing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  absl::Status status = writing_.get();
  status.ok() ? pause_.Succeeded() : DueAfterAPause();
  return status;
}

bool FollowedFold::resting() const { return pause_.Lasts(steady_clock::now()); }

void FollowedFold::DueAfterAPause() {
  pause_.Failed(steady_clock::now());
  checkpoint_position_ = 0;
  work_since_checkpoint_ = options_.checkpoint_work;
}

void FollowedFold::Warn(std::string_view text) const {
  if (options_.warn) options_.warn(text);
}

}  // namespace replyguard::service
