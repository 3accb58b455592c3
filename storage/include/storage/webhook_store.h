// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Webhooks: where the backend of a site is told its events, how far it has been told, and what came
// of it. The event log is the outbox; a webhook is a cursor in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/enums.h"
#include "storage/review_store.h"
#include "storage/types.h"

namespace replyguard::storage {

using WebhookId = Uuid;

inline constexpr std::int32_t kWebhooksPerSiteMax = 5;
inline constexpr std::size_t kWebhookUrlBytesMax = 500;
inline constexpr std::size_t kWebhookErrorBytesMax = 200;
inline constexpr std::int32_t kWebhookAttemptsKeptMax = 200;
inline constexpr std::int32_t kRedeliveriesWaitingMax = 100;
// More would be taken for the mark of a clock that was ahead.
inline constexpr std::chrono::seconds kRedeliveriesRestMax{90};

enum class WebhookState { kActive = 1, kPaused = 2 };

// A bit for each EventType.
using EventTypeMask = std::int32_t;
constexpr EventTypeMask MaskOf(EventType type) { return 1 << static_cast<int>(type); }
inline constexpr EventTypeMask kEveryEventType =
    MaskOf(EventType::kQueued) | MaskOf(EventType::kDecided) | MaskOf(EventType::kEdited) |
    MaskOf(EventType::kErased) | MaskOf(EventType::kThreadChanged);

// A secret as it lies in the database: sealed, under a key that is not there.
struct WebhookSecret {
  std::string sealed;
  Timestamp created_at{};
};

struct WebhookRecord {
  SiteId site_id = 0;
  WebhookId webhook_id{};
  std::string url;  // 1 to kWebhookUrlBytesMax
  EventTypeMask types = kEveryEventType;
  WebhookState state = WebhookState::kActive;
  std::string pause_reason;
  WebhookSecret secret;
  std::optional<WebhookSecret> old_secret;
  Timestamp created_at{};
  // The last event dealt with.
  std::int64_t sequence = 0;
  std::int32_t failures = 0;
  std::optional<Timestamp> failing_since;
  std::string last_error;
  // When it is looked at again; while it is taken, when the lease ends. By the database's clock.
  Timestamp due_at{};
  // For Settle: how long from now until it is looked at again. Nothing: when the lease ends.
  std::optional<std::chrono::seconds> again_in{};
  // Grows whenever somebody takes or changes it, so that who held it before notices.
  std::int64_t lease = 0;
};

struct WebhookAttempt {
  std::int64_t number = 0;  // from 1, given by the store
  std::int64_t sequence = 0;
  Timestamp at{};
  std::int32_t status = 0;  // of HTTP; 0: no answer
  std::string error;        // empty: told
  std::chrono::milliseconds duration{};
  bool redelivery = false;
  bool settled = false;  // on input: it is not tried again
  // Of a redelivery that is not settled, on input: how long from now until it is tried again.
  std::chrono::seconds again_in{};
  // Of a redelivery, on input: for how long the webhook's redeliveries rest, all of them; at most
  // kRedeliveriesRestMax.
  std::chrono::seconds rest{};
};

// An event that is to be told again, and how often that has failed.
struct WebhookRedelivery {
  std::int64_t sequence = 0;
  std::int32_t failures = 0;
};

// Nothing: it stays.
struct WebhookChange {
  std::optional<std::string> url;
  std::optional<EventTypeMask> types;
  std::optional<WebhookState> state;
};

// Thread-safe. All: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED as in the whole room;
// NOT_FOUND for a webhook that is not there. What changes where, what or how it is told takes the
// lease from its holder.
class WebhookStore {
 public:
  virtual ~WebhookStore() = default;

  // It begins after the newest event. LimitReached beyond kWebhooksPerSiteMax.
  virtual absl::StatusOr<WebhookRecord> Create(const WebhookRecord& webhook,
                                               const AuditEvent& audit, Deadline deadline) = 0;
  virtual absl::StatusOr<WebhookRecord> Get(SiteId site_id, const WebhookId& id,
                                            Deadline deadline) = 0;
  // Oldest first.
  virtual absl::StatusOr<std::vector<WebhookRecord>> List(SiteId site_id, Deadline deadline) = 0;
  // Another URL and resuming forget what failed: it is due at once, and so is what is to be told
  // again.
  virtual absl::StatusOr<WebhookRecord> Update(SiteId site_id, const WebhookId& id,
                                               const WebhookChange& change, const AuditEvent& audit,
                                               Deadline deadline) = 0;
  // FAILED_PRECONDITION when there are two secrets.
  virtual absl::StatusOr<WebhookRecord> AddSecret(SiteId site_id, const WebhookId& id,
                                                  const WebhookSecret& secret,
                                                  const AuditEvent& audit, Deadline deadline) = 0;
  // FAILED_PRECONDITION when there is one secret.
  virtual absl::StatusOr<WebhookRecord> DropOldSecret(SiteId site_id, const WebhookId& id,
                                                      const AuditEvent& audit,
                                                      Deadline deadline) = 0;
  virtual absl::Status Delete(SiteId site_id, const WebhookId& id, const AuditEvent& audit,
                              Deadline deadline) = 0;

  // Newest first, at most limit (1 to kWebhookAttemptsKeptMax). Empty for one that is not there.
  virtual absl::StatusOr<std::vector<WebhookAttempt>> Attempts(SiteId site_id, const WebhookId& id,
                                                               std::int32_t limit,
                                                               Deadline deadline) = 0;

  // The event is told again, whatever waits, and at once also where that has failed before.
  // OUT_OF_RANGE for one that is not kept;
  // LimitReached beyond kRedeliveriesWaitingMax.
  virtual absl::StatusOr<WebhookRecord> Redeliver(SiteId site_id, const WebhookId& id,
                                                  std::int64_t sequence, Deadline deadline) = 0;
  // What came after `sequence` is told again, and nothing else that was to be; 0: after the oldest
  // that is kept. OUT_OF_RANGE when not all of that is kept.
  virtual absl::StatusOr<WebhookRecord> MoveTo(SiteId site_id, const WebhookId& id,
                                               std::int64_t sequence, Deadline deadline) = 0;

  // One that is active, due and has something to be told, longest due first, of none of the sites
  // `but`; nobody else gets it until `lease` has passed by the database's clock. Nothing when there
  // is none.
  virtual absl::StatusOr<std::optional<WebhookRecord>> Take(std::chrono::seconds lease,
                                                            const std::vector<SiteId>& but,
                                                            Deadline deadline) = 0;
  // What is to be told again and due, in order; after it what has failed so often, and more often.
  virtual absl::StatusOr<std::vector<WebhookRedelivery>> Redeliveries(SiteId site_id,
                                                                      const WebhookId& id,
                                                                      Deadline deadline) = 0;
  // Notes an attempt, if there was one, and what it made of a webhook that was taken: sequence,
  // failures, failing_since, last_error, again_in, state and pause_reason are stored; a
  // redelivery that is settled waits no longer, and another one until it is due again; a rest puts
  // off those that would be due earlier. False when somebody else has changed or taken it
  // meanwhile: then only the attempt is noted.
  virtual absl::StatusOr<bool> Settle(const WebhookRecord& taken,
                                      const std::optional<WebhookAttempt>& attempt,
                                      Deadline deadline) = 0;
};

}  // namespace replyguard::storage
