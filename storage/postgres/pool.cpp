// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/pool.h"

namespace replyguard::storage {
namespace {

// After a failed attempt nobody tries to connect for so long: while PostgreSQL is away, calls fail
// at once.
constexpr std::chrono::milliseconds kConnectPause{200};

}  // namespace

Pool::Pool(PoolOptions options, Watchdog& watchdog)
    : options_(std::move(options)), watchdog_(watchdog) {}

absl::StatusOr<Pool::Lease> Pool::Checkout(Deadline deadline) {
  {
    const MutexLock lock(mutex_);
    while (idle_.empty() && out_ >= options_.connections_max) {
      if (!freed_.WaitUntil(mutex_, deadline) && idle_.empty() &&
          out_ >= options_.connections_max) {
        return absl::ResourceExhaustedError("every database connection is busy; try again");
      }
    }
    if (!idle_.empty()) {
      std::unique_ptr<Session> session = std::move(idle_.back());
      idle_.pop_back();
      ++out_;
      return Lease(*this, std::move(session));
    }
    if (std::chrono::steady_clock::now() < no_connect_before_) {
      return absl::UnavailableError("the database is not available; try again");
    }
    ++out_;
  }
  auto session = Connect();
  if (session.ok()) return Lease(*this, *std::move(session));
  GiveBack(nullptr);
  return session.status();
}

absl::StatusOr<std::unique_ptr<Session>> Pool::Connect() {
  if (!MayConnect(watchdog_)) return absl::UnavailableError("the server is stopping");
  try {
    return std::make_unique<Session>(options_.connection_string, options_.prepared_statements,
                                     watchdog_);
  } catch (...) {
    const Failure failure =
        TranslateException(std::current_exception(), "connect", options_.log_sink);
    const MutexLock lock(mutex_);
    no_connect_before_ = std::chrono::steady_clock::now() + kConnectPause;
    return failure.status;
  }
}

void Pool::GiveBack(std::unique_ptr<Session> session) {
  // Broke, or was closed, while its transaction was rolled back.
  if (session != nullptr && !session->connection().is_open()) session.reset();
  {
    const MutexLock lock(mutex_);
    --out_;
    if (session != nullptr) {
      idle_.push_back(std::move(session));
    } else {
      // Its neighbours that rest were most likely cut by the same event.
      idle_.clear();
    }
  }
  freed_.NotifyOne();
}

}  // namespace replyguard::storage
