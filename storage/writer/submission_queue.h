// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The bounded queue in front of the writer threads, and the promise that every submission is
// answered once and by its deadline, even while PostgreSQL hangs.
//
// It is bounded by time more than by count: it knows how long batches take, and refuses at once
// what would wait for too long.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "storage/mutex.h"
#include "storage/work_time.h"
#include "writer/batch.h"

namespace replyguard::storage {

// A submission that is answered once, by whoever comes first. Thread-safe.
class Ticket {
 public:
  explicit Ticket(PendingSubmission submission) : submission_(std::move(submission)) {}
  PendingSubmission& submission() { return submission_; }
  bool answered() const { return answered_.load(std::memory_order_acquire); }
  void Answer(absl::StatusOr<SubmissionResult> result) {
    if (!answered_.exchange(true, std::memory_order_acq_rel)) submission_.done(std::move(result));
  }

 private:
  friend class SubmissionQueue;
  PendingSubmission submission_;
  std::atomic<bool> answered_ = false;
  std::multimap<Deadline, std::shared_ptr<Ticket>>::iterator timer_;
};

using TicketPtr = std::shared_ptr<Ticket>;

struct SubmissionQueueOptions {
  std::size_t waiting_max = 4096;
  // The longest that a submission may be expected to wait for its batch to begin.
  std::chrono::milliseconds wait_max{250};
  // Submissions of all the batches that are in progress at once.
  std::size_t in_progress_max = 256;
  // The longest that a batch waits for the one before it to reach its commit.
  std::chrono::milliseconds share_time_max{10};
};

// Thread-safe.
class SubmissionQueue {
 public:
  static constexpr std::size_t kOwnBatchMin = 64;

  explicit SubmissionQueue(const SubmissionQueueOptions& options);
  ~SubmissionQueue();

  // Takes it, or answers it at once: RESOURCE_EXHAUSTED when there is no room, or when its deadline
  // would pass before its turn.
  void Push(PendingSubmission submission);
  // Waits for work; then up to count tickets, in order of arrival. Empty when stopped. While
  // another batch is on its way to its commit, what arrives waits for that moment, to share the
  // next commit: small batches at once cost more and come no sooner. But not when kOwnBatchMin
  // wait, and not for longer than the share time.
  std::vector<TicketPtr> Pop(std::size_t count);
  // For a writer that cannot store anything yet: waits for work as Pop does, and leaves it.
  // While `others` (how many) can, one of them is woken in its place. False when stopped.
  bool AwaitWork(const std::atomic<std::int32_t>& others);
  // As Pop, of what waits now; may be empty.
  std::vector<TicketPtr> PopNow(std::size_t count);
  // Until then, or until stopped.
  void Pause(Deadline until);
  // One batch was stored.
  void NoteBatch(WorkTime::Duration took) { batch_time_.Note(took); }
  // How many may be taken and not retired: what is in progress and one round more, besides as many
  // as their turn comes within wait_max. Never so few that a site alone, which gets half of it,
  // could not fill what is in progress.
  std::size_t Room() const;
  // What was popped is about to be committed, or is through without. Once for each batch.
  void LetNextBegin();
  // The writer is through with them (they need not be answered: that happens here at the latest).
  void Retire(const std::vector<TicketPtr>& tickets);

  // Takes no more; returns when everything taken is retired or the deadline passes.
  void Drain(Deadline deadline);
  // Ends Pop and answers what waits. After Drain.
  void Stop();

  bool stopped() const;
  std::int64_t waiting() const;
  // Writers that sleep until there is work.
  std::size_t asleep() const;
  std::int64_t taken_total() const { return taken_total_.load(std::memory_order_relaxed); }
  std::int64_t refused_total() const { return refused_total_.load(std::memory_order_relaxed); }

 private:
  void KeepTime() REPLYGUARD_EXCLUDES(mutex_);
  void Sleep() REPLYGUARD_REQUIRES(mutex_);
  std::vector<TicketPtr> Take(std::size_t count) REPLYGUARD_REQUIRES(mutex_);
  absl::Status Refusal(Deadline now, Deadline deadline) const REPLYGUARD_REQUIRES(mutex_);

  const SubmissionQueueOptions options_;
  WorkTime batch_time_;
  std::atomic<std::int64_t> taken_total_ = 0;
  std::atomic<std::int64_t> refused_total_ = 0;
  mutable Mutex mutex_;
  CondVar work_;
  CondVar stopping_;
  CondVar idle_;
  CondVar timer_changed_;
  std::deque<TicketPtr> waiting_ REPLYGUARD_GUARDED_BY(mutex_);
  // Everything taken and not retired.
  std::multimap<Deadline, TicketPtr> timers_ REPLYGUARD_GUARDED_BY(mutex_);
  std::size_t asleep_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::size_t beginning_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // batches not yet at their commit
  Deadline share_until_ REPLYGUARD_GUARDED_BY(mutex_){};
  Deadline wake_at_ REPLYGUARD_GUARDED_BY(mutex_) = Deadline::max();
  bool draining_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread timekeeper_;
};

}  // namespace replyguard::storage
