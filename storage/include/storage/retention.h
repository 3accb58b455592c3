// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is kept for a time, by class of data; and what an HMAC key still serves.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/types.h"

namespace replyguard::storage {

// The numbers are those of the schema's function expire(). A comment's age counts from its receipt.
// What waits for a moderator stays, published or not, though without its network and author; what a
// comment taught stays, under its own mask.
enum class RetentionClass {
  kApproved = 1,         // approved comments, with all that hangs on them
  kSpam = 2,             // the same of spam
  kTrashed = 3,          // and of what was removed without being called spam
  kDecisions = 4,        // the audit trail of decisions, and with it their undo
  kEvents = 5,           // the outbox
  kWebhookAttempts = 6,  // how deliveries to webhooks went
  kNetworks = 7,         // hashes and masks of addresses, and browsers' names, on comments
  kAuthors = 8,          // hashes, masks and domains of email addresses on comments
  kAudit = 9,            // acts of people beside decisions, and those on accounts
  kOperations = 10,      // ended operations
};

inline constexpr std::array kRetentionClasses{
    RetentionClass::kApproved,  RetentionClass::kSpam,    RetentionClass::kTrashed,
    RetentionClass::kDecisions, RetentionClass::kEvents,  RetentionClass::kWebhookAttempts,
    RetentionClass::kNetworks,  RetentionClass::kAuthors, RetentionClass::kAudit,
    RetentionClass::kOperations};

// Whether a site can have an age of its own for it. Operations are of all sites together.
constexpr bool IsOfSites(RetentionClass data) { return data != RetentionClass::kOperations; }

// No age is longer.
inline constexpr std::int32_t kKeptDaysMax = 36'500;

// 0 days: for good.
struct RetentionAge {
  SiteId site_id = 0;
  RetentionClass data{};
  std::int32_t kept_days = 0;
};

// As the command line says it, such as "webhook_attempts".
std::string_view RetentionClassName(RetentionClass data);

// Which comments go with all that they hold: those of these statuses that were received before; by
// default none.
struct CommentsGone {
  Timestamp approved_before{};
  Timestamp spam_before{};
  Timestamp trashed_before{};
};

struct RetentionStep {
  std::int64_t gone_count = 0;
  // Where to go on; nothing when the class is done.
  std::optional<Uuid> next;
};

// What was made under an HMAC key and is matched by it.
struct HmacKeyUse {
  std::int64_t comment_count = 0;
  // Of these, those whose request_id is still known: within 30 days of their receipt.
  std::int64_t request_count = 0;
  // Rules about authors of such comments: they name the author by a hash of the key.
  std::int64_t rule_count = 0;
};

struct HmacBlankStep {
  std::int64_t blanked_count = 0;
  std::optional<CommentId> next;  // where to go on; nothing when the site is done
};

}  // namespace replyguard::storage
