// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/queue_rows.h"

#include <cmath>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

constexpr Statement kInsertQueueItems{
    "insert_queue_items",
    "INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, author_id, ip_id, cause, "
    "entered_at, "
    "probability, uncertainty, usefulness, inclusion_probability, shadow) "
    "SELECT d.site_id, d.comment_id, d.thread_id, d.author_id, d.ip_id, d.cause, d.entered_at, "
    "d.probability, "
    "d.uncertainty, d.usefulness, d.inclusion, EXISTS (SELECT 1 FROM replyguard.shadow_verdicts v "
    "WHERE v.site_id = d.site_id AND v.comment_id = d.comment_id) "
    "FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[], $6::smallint[], "
    "$7::timestamptz[], $8::float8[], $9::float8[], $10::integer[], $11::float8[]) "
    "AS d(site_id, comment_id, thread_id, author_id, ip_id, cause, entered_at, probability, "
    "uncertainty, usefulness, inclusion) "
    "ON CONFLICT (site_id, comment_id) DO UPDATE SET cause = excluded.cause, "
    "entered_at = excluded.entered_at WHERE queue_items.cause = 6"};

constexpr Statement kBlindOnes{
    "queue_blind_ones",
    "SELECT q.comment_id FROM replyguard.queue_items q WHERE q.site_id = $1::bigint AND "
    "q.comment_id = ANY($2::uuid[]) AND q.cause = 5"};

constexpr Statement kLockEscalation{
    "escalation_lock",
    "SELECT " RG_US("q.escalated_at") ", q.escalated_by, q.escalation FROM replyguard.queue_items "
                                      "q WHERE q.site_id = $1::bigint AND q.comment_id = $2::uuid "
                                      "FOR UPDATE"};

constexpr Statement kEscalate{
    "escalate",
    "UPDATE replyguard.queue_items SET escalated_at = $3::timestamptz, escalated_by = $4::text, "
    "escalation = $5::text, lease_token = NULL, lease_holder = NULL, lease_until = NULL "
    "WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

constexpr std::size_t kPublicIdBytes = 16;

void AddId(std::string_view hash, ArrayParam& out) {
  hash.empty() ? out.AddNull() : out.AddBytes(hash.substr(0, kPublicIdBytes));
}

}  // namespace

double UncertaintyOf(std::optional<double> probability) {
  return probability ? std::fabs(*probability - 0.5) : 0.0;
}

std::int32_t UsefulnessOf(std::optional<double> probability, std::int32_t novelty_permille) {
  constexpr double kPermille = 1000;
  const double unsure = 1 - 2 * UncertaintyOf(probability);
  return static_cast<std::int32_t>(unsure * (kPermille + novelty_permille));
}

std::size_t InsertQueueItems(Tx& tx, const std::vector<NewQueueItem>& items) {
  if (items.empty()) return 0;
  using E = ArrayParam::Element;
  ArrayParam site(E::kInt8), comment(E::kUuid), thread(E::kUuid), author(E::kBytea), ip(E::kBytea);
  ArrayParam cause(E::kInt2), entered(E::kTimestamptz), probability(E::kFloat8);
  ArrayParam uncertainty(E::kFloat8), usefulness(E::kInt4), inclusion(E::kFloat8);
  for (const NewQueueItem& item : items) {
    site.AddInt8(item.site_id);
    comment.AddUuid(item.comment_id);
    thread.AddUuid(item.thread_id);
    AddId(item.author_hash, author);
    AddId(item.ip_hash, ip);
    cause.AddInt2(static_cast<int>(item.entry.cause));
    entered.AddTime(item.entered_at);
    probability.AddOptFloat8(item.probability);
    uncertainty.AddFloat8(UncertaintyOf(item.probability));
    usefulness.AddInt4(UsefulnessOf(item.probability, item.entry.novelty_permille));
    inclusion.AddOptFloat8(item.entry.inclusion_probability);
  }
  return tx
      .Exec(kInsertQueueItems, site.Done(), comment.Done(), thread.Done(), author.Done(), ip.Done(),
            cause.Done(), entered.Done(), probability.Done(), uncertainty.Done(), usefulness.Done(),
            inclusion.Done())
      .affected_rows();
}

std::set<CommentId> BlindOnes(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids) {
  std::set<CommentId> blind;
  for (const auto& row : tx.Exec(kBlindOnes, site_id, Ids(ids))) blind.insert(UuidAt(row[0]));
  return blind;
}

absl::StatusOr<std::optional<Escalation>> LockEscalation(Tx& tx, SiteId site_id,
                                                         const CommentId& comment_id) {
  const pqxx::result rows = tx.Exec(kLockEscalation, site_id, Id(comment_id));
  if (rows.empty()) return absl::NotFoundError("the comment does not wait");
  const auto at = OptTimeAt(rows[0][0]);
  if (!at) return std::nullopt;
  return Escalation{TextAt(rows[0][2]), TextAt(rows[0][1]), *at};
}

void EscalateItem(Tx& tx, SiteId site_id, const CommentId& comment_id,
                  const Escalation& escalation) {
  tx.Exec(kEscalate, site_id, Id(comment_id), Time(escalation.escalated_at), Text(escalation.actor),
          Text(escalation.reason));
}

}  // namespace replyguard::storage
