// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/operate/operation_runner.h"

#include <sys/resource.h>

#include <optional>
#include <system_error>
#include <utility>

#include "service/usecases/errors.h"
#include "storage/limit.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;
using storage::OperationState;
using Stop = WorkProgress::Stop;

constexpr std::size_t kRunnerBytes = 16;
constexpr int kWorkNice = 5;
// Between tries to store an end.
constexpr std::chrono::milliseconds kEndPause{250};

storage::OperationEnd FailedWith(const absl::Status& status) {
  storage::OperationEnd end;
  end.state = OperationState::kFailed;
  end.error = OperationErrorOf(status);
  return end;
}

std::vector<storage::OperationKind> KindsOf(const OperationJobs& jobs) {
  std::vector<storage::OperationKind> kinds;
  for (const auto& [kind, job] : jobs) kinds.push_back(kind);
  return kinds;
}

bool GivesThread() {
  try {
    std::thread([] {}).join();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

// Trying again may help, and nothing is known to be wrong with the operation.
bool MayPass(const absl::Status& status) {
  return IsTransient(status) && !absl::IsAborted(status) && !storage::IsLimitReached(status) &&
         ReasonOf(status) != reasons::kGenerationLimit;
}

}  // namespace

// Renews the lease from its construction to its destruction.
class OperationRunner::Beat {
 public:
  Beat(OperationRunner& runner, std::int64_t number, WorkProgress& progress)
      : runner_(runner), number_(number), progress_(progress), thread_([this] { Run(); }) {}
  ~Beat() {
    pacer_.Stop();
    thread_.join();
  }
  Beat(const Beat&) = delete;
  Beat& operator=(const Beat&) = delete;

 private:
  void Run() {
    auto renewed = steady_clock::now();
    while (pacer_.Pause(runner_.options_.beat_interval)) {
      const auto sent = steady_clock::now();
      const auto result = runner_.store_.Renew(number_, runner_.lease_, progress_.Now(),
                                               sent + runner_.options_.lease_time / 2);
      if (result.ok()) {
        renewed = sent;
        if (!result->held) progress_.RequestStop(Stop::kLost);
        if (result->cancel_requested) progress_.RequestStop(Stop::kCancelled);
      } else if (steady_clock::now() - renewed > runner_.options_.lease_time) {
        progress_.RequestStop(Stop::kLost);
      }
    }
  }

  OperationRunner& runner_;
  const std::int64_t number_;
  WorkProgress& progress_;
  Pacer pacer_;
  std::thread thread_;
};

OperationRunner::OperationRunner(storage::OperationStore& store, const Clock& clock,
                                 RandomSource& random, OperationJobs jobs,
                                 OperationRunnerOptions options)
    : store_(store),
      clock_(clock),
      jobs_(std::move(jobs)),
      kinds_(KindsOf(jobs_)),
      options_(std::move(options)),
      lease_{NewToken(random, kRunnerBytes), options_.lease_time} {}

OperationRunner::~OperationRunner() { Stop(); }

void OperationRunner::Start() {
  thread_ = std::thread([this] { Run(); });
}

void OperationRunner::AskToStop() {
  pacer_.Stop();
  MutexLock lock(mutex_);
  if (working_ != nullptr) working_->RequestStop(Stop::kShutdown);
}

void OperationRunner::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void OperationRunner::Run() {
  // Of this thread and those that it starts: callers come first. Without it, work is only faster.
  (void)setpriority(PRIO_PROCESS, 0, kWorkNice);
  bool failed = false;
  bool more = false;
  do {
    const auto ran = RunNext();
    // Once an outage.
    if (!ran.ok() && !failed) Warn("operations cannot be taken up now");
    failed = !ran.ok();
    more = ran.ok() && *ran;
  } while (pacer_.Pause(more ? std::chrono::milliseconds(0) : options_.poll_interval));
}

absl::StatusOr<bool> OperationRunner::RunNext() {
  if (pacer_.stopping() || (options_.ready && !options_.ready())) return false;
  // All servers hear of what is taken up and given back, this one too.
  if (refused_ && !GivesThread()) return false;
  refused_ = false;
  const auto taken = store_.TakeUp(lease_, kinds_, clock_.Now(), SoonDeadline());
  if (!taken.ok()) return taken.status();
  if (!*taken) return false;
  const auto progress = std::make_shared<WorkProgress>();
  {
    MutexLock lock(mutex_);
    working_ = progress;
  }
  // Stop may have looked before there was anything to stop.
  if (pacer_.stopping()) progress->RequestStop(Stop::kShutdown);
  const bool worked = WorkOn(**taken, *progress);
  MutexLock lock(mutex_);
  working_.reset();
  return worked;
}

bool OperationRunner::WorkOn(const storage::Operation& operation, WorkProgress& progress) {
  std::optional<Beat> beat;
  try {
    beat.emplace(*this, operation.number, progress);
  } catch (const std::system_error&) {
    // It is not the operation's fault, and another server may have room.
    Warn("operation " + std::to_string(operation.number) +
         " is put off: the system refuses a thread");
    refused_ = true;
    GiveBack(operation, false);
    pacer_.Pause(options_.poll_interval);
    return false;
  }
  Settle(operation, progress, Work(operation, progress));
  return true;
}

absl::StatusOr<storage::OperationEnd> OperationRunner::Work(const storage::Operation& operation,
                                                            WorkProgress& progress) {
  if (operation.cancel_requested) progress.RequestStop(Stop::kCancelled);
  if (absl::Status status = progress.Check(); !status.ok()) return status;
  if (operation.attempt_count > options_.attempts_max) {
    return MakeError(absl::StatusCode::kInternal, reasons::kOperationGivenUp,
                     "it was taken up " + std::to_string(options_.attempts_max) +
                         " times without coming to an end");
  }
  try {
    return jobs_.at(operation.start.kind)(operation, progress);
  } catch (const std::system_error&) {  // no room for the threads that it wants
    return absl::UnavailableError("the system refuses a thread or another resource");
  }
}

void OperationRunner::Settle(const storage::Operation& operation, const WorkProgress& progress,
                             absl::StatusOr<storage::OperationEnd> end) {
  switch (progress.stop()) {
    case Stop::kNo:
      break;
    case Stop::kCancelled:
      return End(operation, progress, CancelledEnd());
    case Stop::kLost:
      Warn("operation " + std::to_string(operation.number) +
           " was not renewed in time; whoever has it begins anew");
      return;
    case Stop::kShutdown:
      return GiveBack(operation, false);
  }
  if (end.ok()) return End(operation, progress, *std::move(end));
  if (MayPass(end.status())) {
    Warn("operation " + std::to_string(operation.number) +
         " is put off: " + std::string(end.status().message()));
    return GiveBack(operation, true);
  }
  if (!GetErrorDetail(end.status())) {
    Warn("operation " + std::to_string(operation.number) + " fails: " + end.status().ToString());
  }
  End(operation, progress, FailedWith(end.status()));
}

void OperationRunner::End(const storage::Operation& operation, const WorkProgress& progress,
                          storage::OperationEnd end) {
  // So that what it had done by then can be seen; without it, it is only less exact.
  (void)store_.Renew(operation.number, lease_, progress.Now(), SoonDeadline());
  while (true) {
    const auto ended = store_.End(operation.number, lease_.runner, end, CancelledEnd().error,
                                  clock_.Now(), SoonDeadline());
    // Not held any more: another one has it, or an end whose answer was lost is stored.
    if (ended.ok() || absl::IsFailedPrecondition(ended.status())) return;
    if (MayPass(ended.status())) {
      if (progress.stop() == Stop::kLost || !pacer_.Pause(kEndPause)) return;
      continue;
    }
    if (end.state == OperationState::kFailed) {
      Warn("operation " + std::to_string(operation.number) + " cannot be ended");
      return;
    }
    end = FailedWith(FromStorage(ended.status(), {.not_found = reasons::kGenerationNotFound,
                                                  .limit_reached = reasons::kGenerationLimit}));
  }
}

void OperationRunner::GiveBack(const storage::Operation& operation, bool counted) {
  // Else the lease runs out.
  (void)store_.GiveBack(operation.number, lease_.runner, counted, SoonDeadline());
  // Not at once again by this one.
  if (counted) pacer_.Pause(options_.poll_interval);
}

storage::Deadline OperationRunner::SoonDeadline() const {
  return steady_clock::now() + options_.storage_timeout;
}

void OperationRunner::Warn(const std::string& text) const {
  if (options_.warn) options_.warn(text);
}

}  // namespace replyguard::service
