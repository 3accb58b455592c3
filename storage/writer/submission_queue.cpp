// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/submission_queue.h"

#include <algorithm>
#include <utility>

namespace replyguard::storage {
namespace {

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; retry with the same request_id");
}

absl::Status TooLate() {
  return absl::DeadlineExceededError(
      "the comment was not stored in time, or it is not known; retry with the same request_id");
}

}  // namespace

SubmissionQueue::SubmissionQueue(const SubmissionQueueOptions& options)
    : options_(options), timekeeper_([this] { KeepTime(); }) {}

SubmissionQueue::~SubmissionQueue() {
  Stop();
  timekeeper_.join();
}

std::size_t SubmissionQueue::Room() const {
  constexpr std::int64_t kRoundsMin = 2;
  const std::int64_t batch_ns = batch_time_.mean().count();
  if (batch_ns == 0) return options_.waiting_max;
  const std::chrono::nanoseconds wait = options_.wait_max;
  const auto rounds = static_cast<std::size_t>(kRoundsMin + wait.count() / batch_ns);
  return std::min(options_.waiting_max, rounds * options_.in_progress_max);
}

// OK: it is taken.
absl::Status SubmissionQueue::Refusal(Deadline now, Deadline deadline) const {
  if (draining_) return Stopping();
  if (waiting_.size() >= options_.waiting_max || timers_.size() >= Room()) {
    return absl::ResourceExhaustedError("too many comments are waiting; try again in a moment");
  }
  // Those that go with the next batches have no reason to give up.
  const auto rounds_ahead = static_cast<std::int64_t>(waiting_.size() / options_.in_progress_max);
  if (rounds_ahead > 0 && now + rounds_ahead * batch_time_.mean() >= deadline) {
    return absl::ResourceExhaustedError(
        "so many comments are waiting that this one would be late; try again in a moment");
  }
  return absl::OkStatus();
}

void SubmissionQueue::Push(PendingSubmission submission) {
  const Deadline deadline = submission.draft.deadline;
  auto ticket = std::make_shared<Ticket>(std::move(submission));
  const Deadline now = std::chrono::steady_clock::now();
  if (now >= deadline) return ticket->Answer(TooLate());
  absl::Status refusal;
  bool wake_timer = false;
  bool wake_writer = false;
  {
    const MutexLock lock(mutex_);
    refusal = Refusal(now, deadline);
    if (refusal.ok()) {
      ticket->timer_ = timers_.emplace(deadline, ticket);
      waiting_.push_back(ticket);
      // A writer that waits for more than the first is awake already.
      wake_writer = waiting_.size() == 1 || waiting_.size() == kOwnBatchMin;
      wake_timer = deadline < wake_at_;
    }
  }
  if (!refusal.ok()) {
    refused_total_.fetch_add(1, std::memory_order_relaxed);
    return ticket->Answer(refusal);
  }
  taken_total_.fetch_add(1, std::memory_order_relaxed);
  if (wake_writer) work_.NotifyOne();
  if (wake_timer) timer_changed_.NotifyOne();
}

void SubmissionQueue::Sleep() {
  ++asleep_;
  work_.Wait(mutex_);
  --asleep_;
}

std::vector<TicketPtr> SubmissionQueue::Pop(std::size_t count) {
  const MutexLock lock(mutex_);
  while (!stopped_) {
    if (waiting_.empty()) {
      Sleep();
    } else if (beginning_ > 0 && waiting_.size() < kOwnBatchMin &&
               std::chrono::steady_clock::now() < share_until_) {
      work_.WaitUntil(mutex_, share_until_);
    } else {
      break;
    }
  }
  return Take(count);
}

bool SubmissionQueue::AwaitWork(const std::atomic<std::int32_t>& others) {
  const MutexLock lock(mutex_);
  while (!stopped_ && waiting_.empty()) Sleep();
  // No push may tell them of what waits already. Who cannot either passes it on in turn.
  if (others.load() > 0) work_.NotifyOne();
  return !stopped_;
}

std::vector<TicketPtr> SubmissionQueue::PopNow(std::size_t count) {
  const MutexLock lock(mutex_);
  return Take(count);
}

void SubmissionQueue::Pause(Deadline until) {
  const MutexLock lock(mutex_);
  while (!stopped_) {
    if (!stopping_.WaitUntil(mutex_, until)) return;
  }
}

std::vector<TicketPtr> SubmissionQueue::Take(std::size_t count) {
  const std::size_t n = std::min(count, waiting_.size());
  std::vector<TicketPtr> batch(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  if (batch.empty()) return batch;
  ++beginning_;
  share_until_ = std::chrono::steady_clock::now() + options_.share_time_max;
  if (!waiting_.empty()) work_.NotifyOne();
  return batch;
}

void SubmissionQueue::LetNextBegin() {
  bool wake_writer = false;
  {
    const MutexLock lock(mutex_);
    --beginning_;
    wake_writer = !waiting_.empty();
  }
  if (wake_writer) work_.NotifyOne();
}

void SubmissionQueue::Retire(const std::vector<TicketPtr>& tickets) {
  // One that was late before its batch began is in none.
  const Deadline now = std::chrono::steady_clock::now();
  for (const TicketPtr& ticket : tickets) {
    const bool late = now >= ticket->submission().draft.deadline;
    ticket->Answer(late ? TooLate() : absl::InternalError("the comment was not answered"));
  }
  bool idle = false;
  {
    const MutexLock lock(mutex_);
    for (const TicketPtr& ticket : tickets) timers_.erase(ticket->timer_);
    idle = timers_.empty();
  }
  if (idle) idle_.NotifyAll();
}

void SubmissionQueue::Drain(Deadline deadline) {
  const MutexLock lock(mutex_);
  draining_ = true;
  while (!timers_.empty()) {
    if (!idle_.WaitUntil(mutex_, deadline)) break;
  }
}

void SubmissionQueue::Stop() {
  std::vector<TicketPtr> left;
  {
    const MutexLock lock(mutex_);
    draining_ = true;
    stopped_ = true;
    for (const auto& [deadline, ticket] : timers_) left.push_back(ticket);
    for (const TicketPtr& ticket : waiting_) timers_.erase(ticket->timer_);
    waiting_.clear();
  }
  work_.NotifyAll();
  stopping_.NotifyAll();
  timer_changed_.NotifyAll();
  for (const TicketPtr& ticket : left) ticket->Answer(Stopping());
}

bool SubmissionQueue::stopped() const {
  const MutexLock lock(mutex_);
  return stopped_;
}

std::int64_t SubmissionQueue::waiting() const {
  const MutexLock lock(mutex_);
  return static_cast<std::int64_t>(waiting_.size());
}

std::size_t SubmissionQueue::asleep() const {
  const MutexLock lock(mutex_);
  return asleep_;
}

void SubmissionQueue::KeepTime() {
  // Most tickets are retired long before their time: nap instead of waking for each.
  constexpr std::chrono::milliseconds kNapMin{20};
  mutex_.Lock();
  while (!stopped_) {
    const Deadline now = std::chrono::steady_clock::now();
    std::vector<TicketPtr> late;
    Deadline next = Deadline::max();
    for (const auto& [deadline, ticket] : timers_) {
      if (deadline > now) {
        next = deadline;
        break;
      }
      if (!ticket->answered()) late.push_back(ticket);
    }
    if (!late.empty()) {
      mutex_.Unlock();
      for (const TicketPtr& ticket : late) ticket->Answer(TooLate());
      mutex_.Lock();
      continue;
    }
    wake_at_ = next == Deadline::max() ? next : std::max(next, now + kNapMin);
    if (wake_at_ == Deadline::max()) {
      timer_changed_.Wait(mutex_);
    } else {
      timer_changed_.WaitUntil(mutex_, wake_at_);
    }
  }
  mutex_.Unlock();
}

}  // namespace replyguard::storage
