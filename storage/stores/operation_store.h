// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/operation_store.h"

namespace replyguard::storage {

class PostgresOperationStore final : public OperationStore {
 public:
  explicit PostgresOperationStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<Started> Start(const NewOperation& start, Deadline deadline) override;
  absl::StatusOr<Operation> Get(std::int64_t number, Deadline deadline) override;
  absl::StatusOr<Operation> Find(const std::string& created_by, const std::string& request_id,
                                 Deadline deadline) override;
  absl::StatusOr<std::vector<Operation>> GetMany(const std::vector<std::int64_t>& numbers,
                                                 Deadline deadline) override;
  absl::StatusOr<std::vector<Operation>> List(const OperationQuery& query,
                                              Deadline deadline) override;
  absl::StatusOr<Operation> Cancel(std::int64_t number, const OperationError& error, Timestamp now,
                                   Deadline deadline) override;
  absl::StatusOr<std::optional<Operation>> TakeUp(const OperationLease& lease,
                                                  const std::vector<OperationKind>& kinds,
                                                  Timestamp now, Deadline deadline) override;
  absl::StatusOr<Renewed> Renew(std::int64_t number, const OperationLease& lease,
                                const OperationProgress& progress, Deadline deadline) override;
  absl::Status GiveBack(std::int64_t number, const std::string& runner, bool counted,
                        Deadline deadline) override;
  absl::StatusOr<Operation> End(std::int64_t number, const std::string& runner,
                                const OperationEnd& end, const OperationError& if_cancelled,
                                Timestamp now, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
