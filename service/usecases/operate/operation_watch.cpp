// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/operate/operation_watch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "service/usecases/errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRestWithoutWaits{10'000};
constexpr std::chrono::milliseconds kRetryDelay{500};

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kOperationNotFound,
                   "there is no such operation");
}

absl::Status TryAgain(absl::StatusCode code, std::string_view reason, std::string_view message) {
  ErrorDetail detail;
  detail.reason = std::string(reason);
  detail.retry_delay = kRetryDelay;
  return MakeError(code, message, detail);
}

}  // namespace

OperationWatch::OperationWatch(storage::OperationStore& store, OperationWatchOptions options)
    : store_(store), options_(options) {}

OperationWatch::~OperationWatch() { Stop(); }

void OperationWatch::Start() {
  thread_ = std::thread([this] { Run(); });
}

void OperationWatch::Stop() {
  std::vector<Waiting> left;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    left.swap(waiting_);
  }
  for (const Waiting& one : left) {
    one.done(TryAgain(absl::StatusCode::kUnavailable, reasons::kShuttingDown,
                      "this server stops; wait on another one"));
  }
  pacer_.Stop();
  if (thread_.joinable()) thread_.join();
}

void OperationWatch::Wait(std::int64_t number, std::int64_t seen_revision, storage::Deadline until,
                          Done done) {
  std::optional<absl::Status> refused;
  {
    MutexLock lock(mutex_);
    if (stopped_) {
      refused = TryAgain(absl::StatusCode::kUnavailable, reasons::kShuttingDown,
                         "this server stops; wait on another one");
    } else if (waiting_.size() >= options_.waits_max) {
      refused = TryAgain(absl::StatusCode::kResourceExhausted, reasons::kOverloaded,
                         "too many calls wait for operations");
    } else {
      waiting_.push_back({number, seen_revision, until, std::move(done)});
    }
  }
  if (refused) return done(*refused);
  pacer_.Wake();
}

void OperationWatch::Run() {
  bool any = false;
  while (pacer_.Pause(any ? options_.look_interval : kRestWithoutWaits)) {
    Look();
    MutexLock lock(mutex_);
    any = !waiting_.empty();
  }
}

void OperationWatch::Look() {
  std::set<std::int64_t> numbers;
  {
    MutexLock lock(mutex_);
    for (const Waiting& one : waiting_) numbers.insert(one.number);
  }
  if (numbers.empty()) return;
  const auto read = store_.GetMany({numbers.begin(), numbers.end()},
                                   steady_clock::now() + options_.storage_timeout);
  std::map<std::int64_t, const storage::Operation*> found;
  if (read.ok()) {
    for (const storage::Operation& operation : *read) found[operation.number] = &operation;
  }
  // Calls done without the lock: whoever is told may wait again.
  std::vector<std::pair<Done, absl::StatusOr<storage::Operation>>> settled;
  {
    MutexLock lock(mutex_);
    std::vector<Waiting> still;
    for (Waiting& one : waiting_) {
      if (!numbers.contains(one.number)) {  // came meanwhile
        still.push_back(std::move(one));
        continue;
      }
      if (!read.ok()) {
        settled.emplace_back(std::move(one.done), FromStorage(read.status()));
        continue;
      }
      const auto at = found.find(one.number);
      if (at == found.end()) {
        settled.emplace_back(std::move(one.done), NotFound());
        continue;
      }
      const storage::Operation& operation = *at->second;
      // Not merely another one: what was read may be older than what the caller knows.
      const bool changed = one.seen_revision != 0 && operation.revision > one.seen_revision;
      if (operation.ended() || changed || steady_clock::now() >= one.until) {
        settled.emplace_back(std::move(one.done), operation);
      } else {
        still.push_back(std::move(one));
      }
    }
    waiting_ = std::move(still);
  }
  for (auto& [done, result] : settled) done(std::move(result));
}

}  // namespace replyguard::service
