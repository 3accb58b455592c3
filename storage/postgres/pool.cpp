// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/pool.h"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/away.h"

namespace replyguard::storage {
namespace {

// While no new one is to be had, one that is out is waited for so long: it may hang.
constexpr std::chrono::seconds kReturnTimeMax{1};

}  // namespace

Pool::Pool(PoolOptions options, Watchdog& watchdog)
    : options_(std::move(options)), watchdog_(watchdog) {}

absl::StatusOr<Pool::Lease> Pool::Checkout(Deadline deadline) {
  const Deadline give_up_at = std::chrono::steady_clock::now() + kReturnTimeMax;
  std::string why;  // this caller's attempt failed
  for (;;) {
    auto session = TakeRested(deadline, give_up_at);
    if (absl::IsUnavailable(session.status())) return Away(why);
    if (session.ok() && *session == nullptr) {
      session = Connect();
      // One that is out may come back: there TakeRested waits for it.
      if (!session.ok() && MayConnect(watchdog_)) {
        why = WhyAway(session.status());
        continue;
      }
    }
    if (!session.ok()) return session.status();
    return Lease(*this, *std::move(session));
  }
}

absl::StatusOr<std::unique_ptr<Session>> Pool::TakeRested(Deadline deadline, Deadline give_up_at) {
  const MutexLock lock(mutex_);
  for (;;) {
    if (!idle_.empty() && borrowers_ == 0) return TakeIdle();
    const Deadline now = std::chrono::steady_clock::now();
    const bool paused = now < no_connect_before_;
    if (paused && (out_ + borrowers_ == 0 || now >= give_up_at)) return Away({});
    // Of those who wait for what is out one tries.
    const bool tried = refused_ && out_ > 0 && connecting_ > 0;
    if (!paused && !tried && idle_.size() + out_ + connecting_ < options_.connections_max) {
      ++connecting_;
      return nullptr;
    }
    if (now >= deadline) {
      return absl::ResourceExhaustedError("every database connection is busy; try again");
    }
    freed_.WaitUntil(mutex_, paused ? std::min(deadline, no_connect_before_) : deadline);
  }
}

std::unique_ptr<Session> Pool::TakeIdle() {
  std::unique_ptr<Session> session = std::move(idle_.back());
  idle_.pop_back();
  ++out_;
  return session;
}

absl::StatusOr<Pool::Lease> Pool::Borrow(Deadline deadline) {
  std::unique_ptr<Session> session;
  {
    const MutexLock lock(mutex_);
    ++borrowers_;
    while (idle_.empty() && out_ > 0 && freed_.WaitUntil(mutex_, deadline)) {
    }
    --borrowers_;
    if (!idle_.empty()) session = TakeIdle();
  }
  // Those who stood back.
  freed_.NotifyAll();
  if (session == nullptr) return Away({});
  return Lease(*this, std::move(session));
}

bool Pool::Starves() const {
  const MutexLock lock(mutex_);
  return out_ == 0 && idle_.empty() && refused_;
}

bool Pool::HasAny() const {
  const MutexLock lock(mutex_);
  return out_ > 0 || !idle_.empty();
}

absl::StatusOr<std::unique_ptr<Session>> Pool::Connect() {
  // What ends by the watchdog may begin again at once.
  const bool may = MayConnect(watchdog_);
  absl::StatusOr<std::unique_ptr<Session>> session =
      absl::UnavailableError("the server is stopping");
  if (may) session = TryConnect();
  {
    const MutexLock lock(mutex_);
    --connecting_;
    refused_ = may && !session.ok();
    if (session.ok()) {
      ++out_;
    } else if (may) {
      no_connect_before_ = std::chrono::steady_clock::now() + kConnectPause;
    }
  }
  // To those who wait it may be the end of waiting either way.
  freed_.NotifyAll();
  return session;
}

absl::StatusOr<std::unique_ptr<Session>> Pool::TryConnect() {
  try {
    return std::make_unique<Session>(options_.connection_string, options_.prepared_statements,
                                     watchdog_);
  } catch (...) {
    return TranslateException(std::current_exception(), "connect", options_.log_sink).status;
  }
}

void Pool::GiveBack(std::unique_ptr<Session> session) {
  // Broke, or was closed, while its transaction was rolled back.
  if (session != nullptr && !session->connection().is_open()) session.reset();
  const bool lost = session == nullptr;
  bool all = lost;
  {
    const MutexLock lock(mutex_);
    --out_;
    all = all || borrowers_ > 0;
    if (lost) {
      // Its neighbours that rest were most likely cut by the same event.
      idle_.clear();
    } else {
      idle_.push_back(std::move(session));
    }
  }
  // It may be the last that anybody could wait for; and who is woken may stand back for a borrower.
  all ? freed_.NotifyAll() : freed_.NotifyOne();
}

}  // namespace replyguard::storage
