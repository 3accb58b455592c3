// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Webhooks of a site, as its operators see them: make, change, rotate, remove, look, tell again.
// WebhookCourier tells them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/poster.h"
#include "storage/webhook_store.h"

namespace replyguard::service {

class SiteDirectory;

namespace reasons {
inline constexpr std::string_view kWebhookNotFound = "WEBHOOK_NOT_FOUND";  // NOT_FOUND
inline constexpr std::string_view kWebhookLimit = "WEBHOOK_LIMIT";         // RESOURCE_EXHAUSTED
inline constexpr std::string_view kSecretCount = "SECRET_COUNT";           // FAILED_PRECONDITION
inline constexpr std::string_view kEventNotKept = "EVENT_NOT_KEPT";        // OUT_OF_RANGE
}  // namespace reasons

// How secrets are bound to their webhook when they are sealed.
std::string WebhookSealOwner(const storage::WebhookId& id);
// The webhook-id of an event for a webhook: the same for every attempt, so that a receiver can tell
// what it has had.
std::string WebhookMessageId(const storage::WebhookId& id, std::int64_t sequence);

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// All: PERMISSION_DENIED; SITE_NOT_FOUND; WEBHOOK_NOT_FOUND.
class Webhooks {
 public:
  struct Made {
    storage::WebhookRecord webhook;
    std::string secret;  // told once
  };

  Webhooks(const SiteDirectory& sites, storage::WebhookStore& store, const auth::Sealer& sealer,
           const Poster& poster, const Clock& clock, RandomSource& random);

  // `types` 0: every one. INVALID_ARGUMENT for a URL that is never called; WEBHOOK_LIMIT.
  absl::StatusOr<Made> Create(const Principal& principal, const std::string& site,
                              const std::string& url, storage::EventTypeMask types,
                              storage::Deadline deadline) const;
  absl::StatusOr<std::vector<storage::WebhookRecord>> List(const Principal& principal,
                                                           const std::string& site,
                                                           storage::Deadline deadline) const;
  absl::StatusOr<storage::WebhookRecord> Update(const Principal& principal, const std::string& site,
                                                const storage::WebhookId& id,
                                                const storage::WebhookChange& change,
                                                storage::Deadline deadline) const;
  // SECRET_COUNT when there are two.
  absl::StatusOr<Made> Rotate(const Principal& principal, const std::string& site,
                              const storage::WebhookId& id, storage::Deadline deadline) const;
  // SECRET_COUNT when there is one.
  absl::StatusOr<storage::WebhookRecord> DropOldSecret(const Principal& principal,
                                                       const std::string& site,
                                                       const storage::WebhookId& id,
                                                       storage::Deadline deadline) const;
  absl::Status Delete(const Principal& principal, const std::string& site,
                      const storage::WebhookId& id, storage::Deadline deadline) const;
  // Newest first; `limit` from 1 to storage::kWebhookAttemptsKeptMax.
  absl::StatusOr<std::vector<storage::WebhookAttempt>> Attempts(const Principal& principal,
                                                                const std::string& site,
                                                                const storage::WebhookId& id,
                                                                std::int32_t limit,
                                                                storage::Deadline deadline) const;
  // EVENT_NOT_KEPT; WEBHOOK_LIMIT when too many wait.
  absl::StatusOr<storage::WebhookRecord> Redeliver(const Principal& principal,
                                                   const std::string& site,
                                                   const storage::WebhookId& id,
                                                   std::int64_t sequence,
                                                   storage::Deadline deadline) const;
  // The same for everything after `cursor`; 0: what is kept. EVENT_NOT_KEPT.
  absl::StatusOr<storage::WebhookRecord> RedeliverFrom(const Principal& principal,
                                                       const std::string& site,
                                                       const storage::WebhookId& id,
                                                       std::int64_t cursor,
                                                       storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::SiteId> Enter(const Principal& principal, const std::string& site) const;
  absl::Status CheckUrl(const std::string& url) const;
  storage::AuditEvent Audit(const Principal& principal, storage::SiteId site_id,
                            const std::string& site, const storage::WebhookId& id,
                            std::string_view act) const;

  const SiteDirectory& sites_;
  storage::WebhookStore& store_;
  const auth::Sealer& sealer_;
  const Poster& poster_;
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace replyguard::service
