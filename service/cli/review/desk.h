// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/connection.h"

// What a review asks of the server, one thing after the other, and what became of it.
namespace replyguard::service::cli {

// Takes so many more items.
struct LeaseJob {
  int count = 1;
};
// Decides items; `act` names it for an undo.
struct DecideJob {
  std::uint64_t act = 0;
  v1::DecisionAction action = v1::DECISION_ACTION_UNSPECIFIED;
  std::vector<v1::QueueItem> items;
};
// Passes items on to the operators.
struct EscalateJob {
  std::uint64_t act = 0;
  std::vector<v1::QueueItem> items;
};
// Takes back what was decided of an act, or passed on.
struct UndoJob {
  std::uint64_t act = 0;
};
// Extends leases, or gives them back.
struct RenewJob {
  std::vector<v1::LeaseChange> changes;
};
using Job = std::variant<LeaseJob, DecideJob, EscalateJob, UndoJob, RenewJob>;

struct Leased {
  grpc::Status status;
  std::vector<v1::QueueItem> items;
  std::int64_t waiting_count = 0;  // those that others hold included
};
struct Decided {
  DecideJob job;
  grpc::Status status;
  v1::ModerateCommentsResponse response;  // a result an item, in their order, when status is OK
};
struct Escalated {
  EscalateJob job;
  std::vector<grpc::Status> statuses;  // of the items, in their order
};
struct Undone {
  std::uint64_t act = 0;
  bool escalation = false;  // an act that passed items on, rather than decided them
  grpc::Status status;      // of the first that could not be taken back; it can be tried again
  std::vector<v1::QueueItem> items;  // taken back: nobody holds them, etags as they are now
};
struct Renewed {
  grpc::Status status;
};
using Outcome = std::variant<Leased, Decided, Escalated, Undone, Renewed>;

// One thread at a time.
class Desk {
 public:
  // `connection` outlives this; `next` says which items, in which order and for how long.
  Desk(const Connection& connection, v1::LeaseNextRequest next);

  Outcome Run(const Job& job);

  // The newest decision that stands; empty for none.
  const std::string& last_decision() const { return last_decision_; }

 private:
  struct Deed {
    v1::QueueItem item;
    std::string decision;  // empty: it was passed on
  };

  Outcome Do(const LeaseJob& job);
  Outcome Do(const DecideJob& job);
  Outcome Do(const EscalateJob& job);
  Outcome Do(const UndoJob& job);
  Outcome Do(const RenewJob& job);
  // Sets the etag that the item has then, where that changes.
  grpc::Status TakeBack(Deed* deed);

  const Connection& connection_;
  const std::unique_ptr<v1::ModerationService::Stub> stub_;
  const v1::LeaseNextRequest next_;
  std::map<std::uint64_t, std::vector<Deed>> deeds_;
  std::string last_decision_;
};

}  // namespace replyguard::service::cli
