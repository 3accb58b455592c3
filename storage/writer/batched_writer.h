// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// SubmissionWriter over PostgreSQL.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "postgres/errors.h"
#include "postgres/pool.h"
#include "postgres/session.h"
#include "writer/submission_queue.h"

namespace replyguard::storage {

struct BatchedWriterOptions {
  PoolOptions connection;
  std::size_t threads = 2;
  std::size_t waiting_max = 4096;
  std::chrono::milliseconds wait_max{250};
  std::size_t batch_max = 128;
};

class BatchedWriter final : public SubmissionWriter {
 public:
  // `readers` outlives it: a writer that can have no session of its own borrows one there.
  BatchedWriter(BatchedWriterOptions options, Pool& readers, Watchdog& watchdog);
  ~BatchedWriter() override;

  void Submit(SubmissionDraft draft, DecideFunction decide, SubmissionDone done) override;
  void Drain(Deadline deadline) override;
  SubmissionWriterStats Stats() const override;
  std::size_t Room() const override { return queue_.Room(); }

 private:
  // One thread's connection.
  struct Worker {
    std::unique_ptr<Session> own;
    std::optional<Pool::Lease> lent;  // for one batch
    Session* session() { return lent ? &lent->session() : own.get(); }
    Deadline no_connect_before{};
    std::uint64_t batches = 0;  // on this session
    bool counted = false;       // in connected_
    bool beginning = false;     // has popped, and not let the next begin
  };
  static TxMode ModeOfNextBatch(Worker& worker);

  // `first`: has a session before there is work, so that readers do not take all there are.
  void Run(bool first);
  // The next batch, for a worker that has a session, or while none has one: of a few connections
  // that PostgreSQL has to give, one is enough, and whoever gets none leaves the work to who did.
  // Nor does one try for a second before readers have their first. Empty: there was none, or the
  // queue is stopped.
  std::vector<TicketPtr> NextBatch(Worker& worker);
  // Brings connected_ up to date.
  void Count(Worker& worker);
  void LetNextBegin(Worker& worker);
  // Answers every ticket.
  void Process(Worker& worker, std::vector<TicketPtr> tickets);
  // One try in one transaction. OK: tickets that were settled are answered, the others are in
  // *again.
  Failure TryBatch(Worker& worker, const std::vector<TicketPtr>& tickets,
                   std::vector<TicketPtr>* again);
  absl::Status Connect(Worker& worker);
  // For the next batch.
  absl::Status Borrow(Worker& worker);
  // What is lent; and the worker's own where readers have none and another worker has one: without
  // readers nothing is ready.
  void Return(Worker& worker);
  // What the worker has is of no more use.
  static void Lose(Worker& worker);

  const BatchedWriterOptions options_;
  Pool& readers_;
  Watchdog& watchdog_;
  std::atomic<std::int32_t> connected_ = 0;  // workers with a session, but for what just broke
  std::atomic<std::int64_t> batches_total_ = 0;
  std::atomic<std::int64_t> halvings_total_ = 0;
  SubmissionQueue queue_;
  std::vector<std::thread> threads_;
};

}  // namespace replyguard::storage
