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
  absl::StatusOr<std::vector<DueCallback>> Take(std::int32_t limit, std::chrono::seconds lease,
                                                const std::vector<SiteId>& but,
                                                Deadline deadline) override;
  absl::Status Told(const DueCallback& callback, Deadline deadline) override;
  absl::Status Failed(const DueCallback& callback, std::optional<std::chrono::seconds> pause,
                      const std::string& error, Deadline deadline) override;
  absl::Status Release(const DueCallback& callback, Deadline deadline) override;
  absl::Status PutOff(const DueCallback& callback, Deadline deadline) override;
  absl::StatusOr<std::int64_t> Prune(Timestamp created_before, std::int32_t limit,
                                     Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
