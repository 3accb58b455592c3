// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/callback_store.h"

namespace replyguard::storage {

class PostgresCallbackStore final : public CallbackStore {
 public:
  explicit PostgresCallbackStore(Pool& pool) : pool_(pool) {}

  absl::Status SealKey(SiteId site_id, const std::string& key_id, const std::string& sealed,
                       Timestamp now, Deadline deadline) override;
  absl::Status Save(const NewCallback& callback, Deadline deadline) override;
  absl::StatusOr<bool> Collect(std::int32_t limit, Deadline deadline) override;
  absl::StatusOr<CallbackGroup> Take(std::int32_t limit, std::chrono::seconds lease,
                                     const std::vector<SiteId>& but, Deadline deadline) override;
  absl::StatusOr<CallbackGroup> Renew(const CallbackGroup& group, std::chrono::seconds lease,
                                      Deadline deadline) override;
  absl::Status Told(const CallbackGroup& group, Deadline deadline) override;
  absl::Status Failed(const CallbackGroup& group, std::span<const std::chrono::seconds> pauses,
                      const std::string& error, Deadline deadline) override;
  absl::Status Release(const CallbackGroup& group, Deadline deadline) override;
  absl::Status PutOff(const DueCallback& callback, Deadline deadline) override;
  absl::StatusOr<std::int64_t> Prune(Timestamp created_before, std::int32_t limit,
                                     Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
