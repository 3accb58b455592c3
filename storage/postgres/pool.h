// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A bounded pool of connections and the one way to run a transaction on it.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "postgres/errors.h"
#include "postgres/session.h"
#include "storage/mutex.h"

namespace replyguard::storage {

struct PoolOptions {
  std::string connection_string;
  std::size_t connections_max = 4;
  bool prepared_statements = true;
  LogSink log_sink;
};

// Thread-safe. Connects when needed; a connection that broke is thrown away and made anew, so it
// recovers by itself.
class Pool {
 public:
  Pool(PoolOptions options, Watchdog& watchdog);

  // A session for a scope. Given back unless lost.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Session> session)
        : pool_(&pool), session_(std::move(session)) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), session_(std::move(other.session_)) {
      other.pool_ = nullptr;
    }
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->GiveBack(std::move(session_));
    }
    Session& session() { return *session_; }
    // The connection is of no more use.
    void Drop() { session_.reset(); }

   private:
    Pool* pool_;
    std::unique_ptr<Session> session_;
  };

  // RESOURCE_EXHAUSTED when none became free before the deadline; UNAVAILABLE when connecting
  // failed, at once when it failed a moment ago. But not while others have sessions that they may
  // give back: PostgreSQL may have fewer connections to give than connections_max.
  absl::StatusOr<Lease> Checkout(Deadline deadline);

  // For who can make no connection of its own: one that is here, before all who wait by Checkout.
  // Makes none. UNAVAILABLE when there is none, or none became free before the deadline.
  absl::StatusOr<Lease> Borrow(Deadline deadline);
  // Whether there is a session, at rest or out.
  bool HasAny() const;
  // Whether there is none, and the last attempt to make one was refused.
  bool Starves() const;

  const LogSink& log_sink() const { return options_.log_sink; }

 private:
  void GiveBack(std::unique_ptr<Session> session);
  std::unique_ptr<Session> TakeIdle() REPLYGUARD_REQUIRES(mutex_);
  // One that rests. Null: there is none, and the caller is to connect.
  absl::StatusOr<std::unique_ptr<Session>> TakeRested(Deadline deadline, Deadline give_up_at);
  absl::StatusOr<std::unique_ptr<Session>> Connect();
  absl::StatusOr<std::unique_ptr<Session>> TryConnect();

  const PoolOptions options_;
  Watchdog& watchdog_;
  mutable Mutex mutex_;
  CondVar freed_;
  std::vector<std::unique_ptr<Session>> idle_ REPLYGUARD_GUARDED_BY(mutex_);
  std::size_t out_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // sessions
  std::size_t connecting_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::size_t borrowers_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // who wait
  bool refused_ REPLYGUARD_GUARDED_BY(mutex_) = false;       // who connected last
  Deadline no_connect_before_ REPLYGUARD_GUARDED_BY(mutex_){};
};

inline constexpr int kTransactionTriesMax = 4;

inline absl::Status& StatusOf(absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Runs work(Tx&) -> Status or StatusOr<T> in a transaction: commits when it answers OK, rolls back
// when it answers an error or libpqxx throws. A lost race is tried again with a fresh transaction,
// as is a connection that had been cut while it rested. work may therefore run several times and
// must not keep what an earlier run left behind.
template <typename Work>
auto RunTransaction(Pool& pool, Deadline deadline, Work&& work, TxMode mode = TxMode::kNormal)
    -> std::invoke_result_t<Work, Tx&> {
  for (int attempt = 1;; ++attempt) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return absl::DeadlineExceededError("the deadline has passed");
    }
    auto lease = pool.Checkout(deadline);
    if (!lease.ok()) return lease.status();
    const bool rested = lease->session().used;
    const char* statement = Tx::BeginName();
    try {
      Tx tx(lease->session(), deadline, mode);
      try {
        auto result = work(tx);
        if (StatusOf(result).ok()) tx.Commit();
        return result;
      } catch (...) {
        statement = tx.statement();
        throw;
      }
    } catch (...) {
      const Failure failure =
          TranslateException(std::current_exception(), statement, pool.log_sink());
      if (failure.connection_lost) lease->Drop();
      const bool stale = failure.connection_lost && rested && statement == Tx::BeginName();
      const bool late = std::chrono::steady_clock::now() >= deadline;
      if (failure.connection_lost && late) {
        return absl::DeadlineExceededError("the database did not answer in time");
      }
      if ((failure.retry || stale) && attempt < kTransactionTriesMax) continue;
      return failure.status;
    }
  }
}

}  // namespace replyguard::storage
