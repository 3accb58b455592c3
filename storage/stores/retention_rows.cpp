// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/retention_rows.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/retention.h"

namespace replyguard::storage {
namespace {

#define RG_OLD_COMMENTS \
  "FROM replyguard.comments c WHERE c.site_id = $1::bigint AND c.comment_id < $2::uuid "

// What waits for a moderator stays, published or not.
#define RG_IN_QUEUE(row)                                                             \
  "EXISTS (SELECT 1 FROM replyguard.queue_items q WHERE q.site_id = $1::bigint AND " \
  "q.comment_id = " row ".comment_id)"
// Without those that go altogether; no such comment of another status does.
#define RG_THAT_STAY                                                                          \
  "AND (c.comment_id >= CASE c.status WHEN 2 THEN $3::uuid WHEN 3 THEN $4::uuid WHEN 4 THEN " \
  "$5::uuid ELSE '00000000-0000-0000-0000-000000000000' END OR " RG_IN_QUEUE("c") ") "
// The function expire() keeps what is younger, whatever age was set.
#define RG_THIRTY_DAYS "least($2::timestamptz, now() - interval '30 days')"

constexpr Statement kApproved{"retention_approved", "SELECT count(*) " RG_OLD_COMMENTS
                                                    "AND c.status = 2 AND NOT " RG_IN_QUEUE("c")};
constexpr Statement kSpamFolder{
    "retention_folder",
    "SELECT count(*) FROM replyguard.spam_folder f WHERE f.site_id = $1::bigint "
    "AND f.comment_id < $2::uuid AND f.status = $3::smallint AND NOT " RG_IN_QUEUE("f")};
constexpr Statement kNetworks{
    "retention_networks",
    "SELECT count(*) " RG_OLD_COMMENTS RG_THAT_STAY
    "AND c.comment_id > (SELECT h.networks_forgotten FROM replyguard.site_heads h WHERE h.site_id "
    "= "
    "$1::bigint) AND (c.ip_hash IS NOT NULL OR c.ip_masked <> '' OR c.user_agent <> '')"};
constexpr Statement kAuthors{
    "retention_authors",
    "SELECT count(*) " RG_OLD_COMMENTS RG_THAT_STAY
    "AND c.comment_id > (SELECT h.authors_forgotten FROM replyguard.site_heads h WHERE h.site_id = "
    "$1::bigint) AND (c.author_hash IS NOT NULL OR c.author_email_masked <> '')"};

constexpr Statement kDecisions{
    "retention_decisions",
    "SELECT count(*) FROM replyguard.decisions d WHERE d.site_id = $1::bigint AND "
    "d.decided_at < " RG_THIRTY_DAYS};
constexpr Statement kEvents{
    "retention_events",
    "SELECT count(*) FROM replyguard.events e WHERE e.site_id = $1::bigint AND e.created_at < "
    "$2::timestamptz"};
constexpr Statement kAttempts{
    "retention_attempts",
    "SELECT count(*) FROM replyguard.webhook_attempts a WHERE a.site_id = $1::bigint AND "
    "a.attempted_at < $2::timestamptz"};
constexpr Statement kAudit{
    "retention_audit",
    "SELECT (SELECT count(*) FROM replyguard.audit_events e WHERE e.site_id = $1::bigint AND "
    "e.created_at < " RG_THIRTY_DAYS
    ") + CASE WHEN $1::bigint = 0 THEN (SELECT count(*) FROM "
    "replyguard.account_audit a WHERE a.at < " RG_THIRTY_DAYS ") ELSE 0 END"};
constexpr Statement kOperations{
    "retention_operations",
    "SELECT count(*) FROM replyguard.operations o WHERE $1::bigint = 0 AND o.state > 2 AND "
    "o.ended_at < $2::timestamptz AND o.operation < (SELECT max(n.operation) FROM "
    "replyguard.operations n)"};

}  // namespace

pqxx::result ExecExpired(Tx& tx, SiteId site_id, RetentionClass data, Timestamp before,
                         const CommentsGone& gone) {
  constexpr int kSpamStatus = 3;
  constexpr int kTrashedStatus = 4;
  // Ids know no time before 1970.
  const auto first = [](Timestamp at) { return Id(UuidV7LowerBound(std::max(at, Timestamp{}))); };
  switch (data) {
    case RetentionClass::kApproved:
      return tx.Exec(kApproved, site_id, first(before));
    case RetentionClass::kSpam:
      return tx.Exec(kSpamFolder, site_id, first(before), kSpamStatus);
    case RetentionClass::kTrashed:
      return tx.Exec(kSpamFolder, site_id, first(before), kTrashedStatus);
    case RetentionClass::kNetworks:
      return tx.Exec(kNetworks, site_id, first(before), first(gone.approved_before),
                     first(gone.spam_before), first(gone.trashed_before));
    case RetentionClass::kAuthors:
      return tx.Exec(kAuthors, site_id, first(before), first(gone.approved_before),
                     first(gone.spam_before), first(gone.trashed_before));
    case RetentionClass::kDecisions:
      return tx.Exec(kDecisions, site_id, Time(before));
    case RetentionClass::kEvents:
      return tx.Exec(kEvents, site_id, Time(before));
    case RetentionClass::kWebhookAttempts:
      return tx.Exec(kAttempts, site_id, Time(before));
    case RetentionClass::kAudit:
      return tx.Exec(kAudit, site_id, Time(before));
    case RetentionClass::kOperations:
      break;
  }
  return tx.Exec(kOperations, site_id, Time(before));
}

std::string_view RetentionClassName(RetentionClass data) {
  switch (data) {
    case RetentionClass::kApproved:
      return "approved";
    case RetentionClass::kSpam:
      return "spam";
    case RetentionClass::kTrashed:
      return "trashed";
    case RetentionClass::kDecisions:
      return "decisions";
    case RetentionClass::kEvents:
      return "events";
    case RetentionClass::kWebhookAttempts:
      return "webhook_attempts";
    case RetentionClass::kNetworks:
      return "networks";
    case RetentionClass::kAuthors:
      return "authors";
    case RetentionClass::kAudit:
      return "audit";
    case RetentionClass::kOperations:
      return "operations";
  }
  return {};
}

}  // namespace replyguard::storage
