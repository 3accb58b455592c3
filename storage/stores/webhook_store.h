// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/webhook_store.h"

namespace replyguard::storage {

class PostgresWebhookStore final : public WebhookStore {
 public:
  explicit PostgresWebhookStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<WebhookRecord> Create(const WebhookRecord& webhook, const AuditEvent& audit,
                                       Deadline deadline) override;
  absl::StatusOr<WebhookRecord> Get(SiteId site_id, const WebhookId& id,
                                    Deadline deadline) override;
  absl::StatusOr<std::vector<WebhookRecord>> List(SiteId site_id, Deadline deadline) override;
  absl::StatusOr<WebhookRecord> Update(SiteId site_id, const WebhookId& id,
                                       const WebhookChange& change, const AuditEvent& audit,
                                       Deadline deadline) override;
  absl::StatusOr<WebhookRecord> AddSecret(SiteId site_id, const WebhookId& id,
                                          const WebhookSecret& secret, const AuditEvent& audit,
                                          Deadline deadline) override;
  absl::StatusOr<WebhookRecord> DropOldSecret(SiteId site_id, const WebhookId& id,
                                              const AuditEvent& audit, Deadline deadline) override;
  absl::Status Delete(SiteId site_id, const WebhookId& id, const AuditEvent& audit,
                      Deadline deadline) override;
  absl::StatusOr<std::vector<WebhookAttempt>> Attempts(SiteId site_id, const WebhookId& id,
                                                       std::int32_t limit,
                                                       Deadline deadline) override;
  absl::StatusOr<WebhookRecord> Redeliver(SiteId site_id, const WebhookId& id,
                                          std::int64_t sequence, Deadline deadline) override;
  absl::StatusOr<WebhookRecord> MoveTo(SiteId site_id, const WebhookId& id, std::int64_t sequence,
                                       Deadline deadline) override;
  absl::StatusOr<std::optional<WebhookRecord>> Take(std::chrono::seconds lease,
                                                    const std::vector<SiteId>& but,
                                                    Deadline deadline) override;
  absl::StatusOr<std::vector<WebhookRedelivery>> Redeliveries(SiteId site_id, const WebhookId& id,
                                                              Deadline deadline) override;
  absl::StatusOr<bool> Settle(const WebhookRecord& taken,
                              const std::optional<WebhookAttempt>& attempt,
                              Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
