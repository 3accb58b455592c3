// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/batched_writer.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "storage/away.h"

namespace replyguard::storage {
namespace {

// A lost race or a cut connection is tried again so often in all.
constexpr int kTriesMax = 4;

// How long a writer waits for a session of the readers', of a database that answered somebody
// within as long: a hung one would keep what is lent.
constexpr std::chrono::seconds kBorrowTimeMax{1};

void AnswerAll(const std::vector<TicketPtr>& tickets, const absl::Status& status) {
  for (const TicketPtr& ticket : tickets) ticket->Answer(status);
}

// The batch may take as long as its most patient member: the others are answered by the queue's
// clock.
Deadline LatestDeadline(const std::vector<TicketPtr>& tickets) {
  Deadline latest{};
  for (const TicketPtr& ticket : tickets)
    latest = std::max(latest, ticket->submission().draft.deadline);
  return latest;
}

}  // namespace

BatchedWriter::BatchedWriter(BatchedWriterOptions options, Pool& readers, Watchdog& watchdog)
    : options_(std::move(options)),
      readers_(readers),
      watchdog_(watchdog),
      queue_({options_.waiting_max, options_.wait_max, options_.threads * options_.batch_max}) {
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, i] { Run(i == 0); });
  }
}

BatchedWriter::~BatchedWriter() {
  queue_.Stop();
  for (std::thread& thread : threads_) thread.join();
}

void BatchedWriter::Submit(SubmissionDraft draft, DecideFunction decide, SubmissionDone done) {
  queue_.Push(PendingSubmission{std::move(draft), std::move(decide), std::move(done)});
}

void BatchedWriter::Drain(Deadline deadline) {
  queue_.Drain(deadline);
  queue_.Stop();
}

SubmissionWriterStats BatchedWriter::Stats() const {
  SubmissionWriterStats stats;
  stats.queued_now = queue_.waiting();
  stats.submissions_total = queue_.taken_total();
  stats.batches_total = batches_total_.load(std::memory_order_relaxed);
  stats.halvings_total = halvings_total_.load(std::memory_order_relaxed);
  stats.refused_total = queue_.refused_total();
  return stats;
}

void BatchedWriter::Run(bool first) {
  Worker worker;
  if (first) Connect(worker).IgnoreError();
  Count(worker);
  while (!queue_.stopped()) {
    std::vector<TicketPtr> tickets = NextBatch(worker);
    if (tickets.empty()) {
      Return(worker);
      continue;
    }
    worker.beginning = true;
    std::vector<TicketPtr> live;
    const auto now = std::chrono::steady_clock::now();
    for (const TicketPtr& ticket : tickets) {
      // What is late is answered as such when it is retired, or by the queue's clock.
      const bool late = now >= ticket->submission().draft.deadline;
      if (!ticket->answered() && !late) live.push_back(ticket);
    }
    if (!live.empty()) Process(worker, std::move(live));
    Return(worker);
    LetNextBegin(worker);
    queue_.Retire(tickets);
  }
}

std::vector<TicketPtr> BatchedWriter::NextBatch(Worker& worker) {
  if (worker.session() != nullptr) return queue_.Pop(options_.batch_max);
  if (!queue_.AwaitWork(connected_)) return {};
  bool connected = (connected_.load() == 0 || readers_.HasAny()) && Connect(worker).ok();
  if (!connected && connected_.load() == 0) connected = Borrow(worker).ok();
  Count(worker);
  // What is lent is not kept while there is nothing to do.
  if (worker.lent) return queue_.PopNow(options_.batch_max);
  if (connected) return queue_.Pop(options_.batch_max);
  if (connected_.load() == 0) return queue_.PopNow(options_.batch_max);
  queue_.Pause(std::chrono::steady_clock::now() + kConnectPause);
  return {};
}

void BatchedWriter::Count(Worker& worker) {
  const bool connected = worker.session() != nullptr;
  if (connected == worker.counted) return;
  worker.counted = connected;
  connected ? ++connected_ : --connected_;
}

void BatchedWriter::LetNextBegin(Worker& worker) {
  if (std::exchange(worker.beginning, false)) queue_.LetNextBegin();
}

void BatchedWriter::Process(Worker& worker, std::vector<TicketPtr> tickets) {
  for (int attempt = 1; !tickets.empty(); ++attempt) {
    // It may have been cut since, used before or not.
    const bool rested = worker.session() != nullptr;
    if (!rested) {
      const absl::Status status = Connect(worker);
      if (!status.ok() && !Borrow(worker).ok()) return AnswerAll(tickets, status);
    }
    std::vector<TicketPtr> again;
    const Failure failure = TryBatch(worker, tickets, &again);
    // Or it broke, or was closed, while the batch was rolled back.
    if (failure.connection_lost || !worker.session()->connection().is_open()) Lose(worker);
    if (failure.status.ok()) {
      // Members that lost a race: the winner is visible now.
      if (attempt >= kTriesMax)
        return AnswerAll(again, absl::AbortedError("lost a race; try again"));
      tickets = std::move(again);
      continue;
    }
    if (failure.data_at_fault && tickets.size() > 1) {
      halvings_total_.fetch_add(1, std::memory_order_relaxed);
      const auto middle = tickets.begin() + static_cast<std::ptrdiff_t>(tickets.size() / 2);
      Process(worker, std::vector<TicketPtr>(tickets.begin(), middle));
      return Process(worker, std::vector<TicketPtr>(middle, tickets.end()));
    }
    const bool stale = failure.connection_lost && rested && !failure.in_doubt;
    const bool late = std::chrono::steady_clock::now() >= LatestDeadline(tickets);
    if (late || !(failure.retry || stale) || attempt >= kTriesMax) {
      return AnswerAll(tickets, failure.status);
    }
  }
}

// Plans afresh after 1, 2, 4, 8... batches and then every 4096: as often as the tables may have
// doubled.
TxMode BatchedWriter::ModeOfNextBatch(Worker& worker) {
  constexpr std::uint64_t kReplanEvery = 4096;
  const std::uint64_t n = ++worker.batches;
  const bool replan = std::has_single_bit(n) || n % kReplanEvery == 0;
  return replan || !worker.session()->prepared_statements() ? TxMode::kBatchPlanning
                                                            : TxMode::kBatch;
}

Failure BatchedWriter::TryBatch(Worker& worker, const std::vector<TicketPtr>& tickets,
                                std::vector<TicketPtr>* again) {
  std::vector<PendingSubmission*> members;
  members.reserve(tickets.size());
  for (const TicketPtr& ticket : tickets) members.push_back(&ticket->submission());
  std::vector<MemberAnswer> answers;
  const char* statement = Tx::BeginName();
  const auto began = std::chrono::steady_clock::now();
  try {
    Tx tx(*worker.session(), LatestDeadline(tickets), ModeOfNextBatch(worker));
    try {
      bool wrote = false;
      answers = RunBatch(tx, members, &wrote);
      LetNextBegin(worker);
      if (wrote) tx.Commit();
    } catch (...) {
      statement = tx.statement();
      throw;
    }
  } catch (const UnknownSite&) {
    Failure failure;
    failure.status = absl::NotFoundError("there is no such site");
    failure.data_at_fault = true;
    return failure;
  } catch (...) {
    return TranslateException(std::current_exception(), statement, options_.connection.log_sink);
  }
  batches_total_.fetch_add(1, std::memory_order_relaxed);
  queue_.NoteBatch(std::chrono::steady_clock::now() - began);
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    if (answers[i]) {
      tickets[i]->Answer(*std::move(answers[i]));
    } else {
      again->push_back(tickets[i]);
    }
  }
  return Failure{};
}

absl::Status BatchedWriter::Connect(Worker& worker) {
  if (!MayConnect(watchdog_)) return absl::UnavailableError("the server is stopping");
  if (std::chrono::steady_clock::now() < worker.no_connect_before) {
    return Away({});
  }
  try {
    worker.batches = 0;
    worker.own = std::make_unique<Session>(options_.connection.connection_string,
                                           options_.connection.prepared_statements, watchdog_);
    return absl::OkStatus();
  } catch (...) {
    worker.no_connect_before = std::chrono::steady_clock::now() + kConnectPause;
    return TranslateException(std::current_exception(), "connect", options_.connection.log_sink)
        .status;
  }
}

absl::Status BatchedWriter::Borrow(Worker& worker) {
  const Deadline now = std::chrono::steady_clock::now();
  if (now - watchdog_.answered_at() > kBorrowTimeMax) {
    return absl::UnavailableError("the database answers nobody");
  }
  auto lease = readers_.Borrow(now + kBorrowTimeMax);
  if (!lease.ok()) return lease.status();
  worker.batches = 0;
  worker.lent.emplace(*std::move(lease));
  return absl::OkStatus();
}

void BatchedWriter::Return(Worker& worker) {
  worker.lent.reset();
  Count(worker);
  if (worker.own == nullptr || !readers_.Starves()) return;
  // Of two who end at once one keeps his.
  std::int32_t connected = connected_.load();
  do {
    if (connected <= 1) return;
  } while (!connected_.compare_exchange_weak(connected, connected - 1));
  worker.counted = false;
  worker.own.reset();
  worker.no_connect_before = std::chrono::steady_clock::now() + kConnectPause;
}

void BatchedWriter::Lose(Worker& worker) {
  worker.own.reset();
  if (worker.lent) worker.lent->Drop();
  worker.lent.reset();
}

}  // namespace replyguard::storage
