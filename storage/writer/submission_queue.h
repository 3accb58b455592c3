// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The bounded queue in front of the writer threads, and the promise that every submission is
// answered once and by its deadline, even while PostgreSQL hangs.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "storage/mutex.h"
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

// Thread-safe.
class SubmissionQueue {
 public:
  static constexpr std::size_t kOwnBatchMin = 64;
  static constexpr std::chrono::milliseconds kShareTimeMax{10};

  explicit SubmissionQueue(std::size_t waiting_max,
                           std::chrono::milliseconds share_time_max = kShareTimeMax);
  ~SubmissionQueue();

  // Takes it, or answers it at once.
  void Push(PendingSubmission submission);
  // Waits for work; then up to count tickets, in order of arrival. Empty when stopped. While
  // another batch is on its way to its commit, what arrives waits for that moment, to share the
  // next commit: small batches at once cost more and come no sooner. But not when kOwnBatchMin
  // wait, and not for longer than the share time.
  std::vector<TicketPtr> Pop(std::size_t count);
  // What was popped is about to be committed, or is through without. Once for each batch.
  void LetNextBegin();
  // The writer is through with them (they need not be answered: that happens here at the latest).
  void Retire(const std::vector<TicketPtr>& tickets);

  // Takes no more; returns when everything taken is retired or the deadline passes.
  void Drain(Deadline deadline);
  // Ends Pop and answers what waits. After Drain.
  void Stop();

  std::int64_t waiting() const;
  std::int64_t taken_total() const { return taken_total_.load(std::memory_order_relaxed); }
  std::int64_t refused_total() const { return refused_total_.load(std::memory_order_relaxed); }

 private:
  void KeepTime() REPLYGUARD_EXCLUDES(mutex_);

  const std::size_t waiting_max_;
  const std::chrono::milliseconds share_time_max_;
  std::atomic<std::int64_t> taken_total_ = 0;
  std::atomic<std::int64_t> refused_total_ = 0;
  mutable Mutex mutex_;
  CondVar work_;
  CondVar idle_;
  CondVar timer_changed_;
  std::deque<TicketPtr> waiting_ REPLYGUARD_GUARDED_BY(mutex_);
  // Everything taken and not retired.
  std::multimap<Deadline, TicketPtr> timers_ REPLYGUARD_GUARDED_BY(mutex_);
  std::size_t beginning_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // batches not yet at their commit
  Deadline share_until_ REPLYGUARD_GUARDED_BY(mutex_){};
  Deadline wake_at_ REPLYGUARD_GUARDED_BY(mutex_) = Deadline::max();
  bool draining_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread timekeeper_;
};

}  // namespace replyguard::storage
