// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/insert.h"

#include <algorithm>
#include <map>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/queue_rows.h"

namespace replyguard::storage {
namespace {

// Answers those that somebody else made meanwhile, too, and locks them: looked for afterwards, one
// that is moved in between would be missing.
constexpr Statement kInsertThreads{
    "insert_threads",
    "INSERT INTO replyguard.threads (site_id, thread_id, thread_key, uri, title, state, "
    "published_at, created_at) "
    "SELECT d.site_id, d.thread_id, d.thread_key, d.uri, d.title, 1, d.published_at, d.created_at "
    "FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], "
    "$7::timestamptz[]) AS d(site_id, thread_id, thread_key, uri, title, published_at, created_at) "
    "ON CONFLICT (site_id, thread_key) DO UPDATE SET thread_key = excluded.thread_key "
    "RETURNING site_id, thread_key, thread_id"};

// clang-format off
#define RG_INSERT_COMMENTS \
    "INSERT INTO replyguard.comments (site_id, comment_id, thread_id, parent_id, author_name, " \
    "author_email_masked, " \
    "author_email_domain, author_hash, hmac_key_id, author_url, author_verified, body, " \
    "body_masked, body_hash, " \
    "ip_masked, ip_hash, user_agent, referrer, language, context, status, status_source, " \
    "status_at, submitted_at, " \
    "received_at, request_id, request_fingerprint, verdict, blatant, probability, score, model_id, " \
    "policy_revision, assessed_at, " \
    "assessment_details, novelty) " \
    "SELECT d.site_id, d.comment_id, d.thread_id, d.parent_id, d.author_name, d.email_masked, " \
    "d.email_domain, " \
    "d.author_hash, d.hmac_key_id, d.author_url, d.author_verified, d.body, d.body_masked, " \
    "d.body_hash, d.ip_masked, " \
    "d.ip_hash, d.user_agent, d.referrer, d.language, d.context, d.status, 1, d.assessed_at, " \
    "d.submitted_at, " \
    "d.received_at, d.request_id, d.request_fingerprint, d.verdict, d.blatant, d.probability, " \
    "d.score, " \
    "d.model_id, " \
    "d.policy_revision, d.assessed_at, d.details, d.novelty " \
    "FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], " \
    "$7::text[], " \
    "$8::bytea[], $9::integer[], $10::text[], $11::boolean[], $12::text[], $13::boolean[], " \
    "$14::bytea[], " \
    "$15::text[], $16::bytea[], $17::text[], $18::text[], $19::text[], $20::jsonb[], " \
    "$21::smallint[], " \
    "$22::timestamptz[], $23::text[], $24::bytea[], $25::smallint[], $26::boolean[], " \
    "$27::float8[], " \
    "$28::bigint[], $29::text[], $30::bigint[], $31::timestamptz[], $32::text[], " \
    "$33::timestamptz[], $34::float8[]) " \
    "AS d(site_id, comment_id, thread_id, parent_id, author_name, email_masked, email_domain, " \
    "author_hash, " \
    "hmac_key_id, author_url, author_verified, body, body_masked, body_hash, ip_masked, ip_hash, " \
    "user_agent, " \
    "referrer, language, context, status, submitted_at, request_id, request_fingerprint, verdict, " \
    "blatant, " \
    "probability, score, model_id, policy_revision, assessed_at, details, received_at, " \
    "novelty) " \
    "ON CONFLICT DO NOTHING RETURNING "
// clang-format on

constexpr Statement kInsertComments{"insert_comments", RG_INSERT_COMMENTS "comment_id"};

// Of the newest 32 comments with the same text, those that wait: a campaign is worth a label for
// all of it. Those of the same batch are not seen yet.
#define RG_COPIES                                                                          \
  "(SELECT count(*) FROM (SELECT o.status FROM replyguard.comments o WHERE o.site_id = "   \
  "s.site_id AND o.body_hash = s.body_hash ORDER BY o.received_at DESC LIMIT 32) c WHERE " \
  "c.status = 1)::integer"

// The same, and the places in the queue of those that wait for a moderator.
constexpr Statement kInsertAndEnqueue{
    "insert_and_enqueue",
    "WITH stored AS (" RG_INSERT_COMMENTS
    "site_id, comment_id, thread_id, author_hash, ip_hash, body_hash, assessed_at, probability), "
    "places AS (SELECT * FROM unnest($35::uuid[], $36::smallint[], $37::float8[], $38::integer[], "
    "$39::float8[], $40::boolean[]) "
    "AS q(comment_id, cause, uncertainty, usefulness, inclusion, shadow)), "
    "queued AS (INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, author_id, "
    "ip_id, cause, entered_at, probability, uncertainty, usefulness, inclusion_probability, "
    "shadow) "
    "SELECT s.site_id, s.comment_id, s.thread_id, substring(s.author_hash FOR 16), "
    "substring(s.ip_hash FOR 16), q.cause, s.assessed_at, "
    "CASE WHEN q.cause <> 5 THEN s.probability END, q.uncertainty, "
    "q.usefulness * (1 + " RG_COPIES
    "), q.inclusion, q.shadow "
    "FROM places q JOIN stored s ON s.comment_id = q.comment_id ON CONFLICT DO NOTHING), "
    "drawn AS (INSERT INTO replyguard.blind_samples (site_id, comment_id, inclusion_probability, "
    "drawn_at) SELECT s.site_id, s.comment_id, q.inclusion, s.assessed_at "
    "FROM places q JOIN stored s ON s.comment_id = q.comment_id WHERE q.cause = 5) "
    "SELECT comment_id FROM stored"};

using E = ArrayParam::Element;

// The parameters of kInsertComments that come from the masked comment.
struct TextColumns {
  ArrayParam name{E::kText}, email{E::kText}, domain{E::kText}, author_hash{E::kBytea},
      key{E::kInt4};
  ArrayParam url{E::kText}, verified{E::kBool}, body{E::kText}, masked{E::kBool};
  ArrayParam body_hash{E::kBytea}, ip{E::kText}, ip_hash{E::kBytea}, agent{E::kText};
  ArrayParam referrer{E::kText}, language{E::kText};

  static void AddHash(const std::vector<KeyedHash>& hashes, ArrayParam& out) {
    hashes.empty() ? out.AddNull() : out.AddBytes(hashes.front().bytes());
  }

  void Add(const MaskedComment& c) {
    name.AddBytes(c.author_name());
    email.AddBytes(c.email_masked());
    domain.AddBytes(c.email_domain());
    AddHash(c.author_hashes(), author_hash);
    key.AddInt4(c.request_fingerprints().front().key_id);
    url.AddBytes(c.author_url());
    verified.AddBool(c.author_verified());
    body.AddBytes(c.body());
    masked.AddBool(c.body_changed());
    AddHash(c.body_hashes(), body_hash);
    ip.AddBytes(c.ip_masked());
    AddHash(c.ip_hashes(), ip_hash);
    agent.AddBytes(c.user_agent());
    referrer.AddBytes(c.referrer());
    language.AddBytes(c.language());
  }
};

// Those that the service gives.
struct DecisionColumns {
  ArrayParam site{E::kInt8}, id{E::kUuid}, thread{E::kUuid}, parent{E::kUuid}, context{E::kJsonb};
  ArrayParam status{E::kInt2}, submitted{E::kTimestamptz}, request{E::kText}, print{E::kBytea};
  ArrayParam verdict{E::kInt2}, blatant{E::kBool}, probability{E::kFloat8}, score{E::kInt8};
  ArrayParam model{E::kText}, revision{E::kInt8}, assessed{E::kTimestamptz}, details{E::kText},
      received{E::kTimestamptz}, novelty{E::kFloat8};

  void Add(const NewComment& n) {
    const SubmissionDraft& draft = *n.draft;
    const Assessment& a = n.outcome->assessment;
    site.AddInt8(draft.history.site_id);
    id.AddUuid(draft.comment_id);
    thread.AddUuid(n.thread_id);
    parent.AddOptUuid(draft.history.parent_id);
    context.AddJsonb(draft.context_json);
    status.AddInt2(static_cast<int>(n.outcome->status));
    submitted.AddTime(draft.submitted_at);
    if (draft.request_id.empty()) {
      request.AddNull();
      print.AddNull();
    } else {
      request.AddBytes(draft.request_id);
      print.AddBytes(draft.comment->request_fingerprints().front().bytes());
    }
    verdict.AddInt2(static_cast<int>(a.verdict));
    blatant.AddBool(a.blatant);
    probability.AddOptFloat8(a.probability);
    score.AddOptInt8(a.score);
    model.AddBytes(a.model_id);
    revision.AddInt8(a.policy_revision);
    assessed.AddTime(a.assessed_at);
    details.AddBytes(a.details_json.empty() ? "{}" : std::string_view(a.details_json));
    received.AddTime(TimeOfUuidV7(draft.comment_id));
    novelty.AddOptFloat8(n.outcome->novelty);
  }
};

// Places in the queue.
struct QueueColumns {
  ArrayParam id{E::kUuid}, cause{E::kInt2}, uncertainty{E::kFloat8}, usefulness{E::kInt4};
  ArrayParam inclusion{E::kFloat8}, shadow{E::kBool};

  bool any = false;

  void Add(const NewComment& n) {
    any = true;
    const QueueEntry& entry = *n.outcome->queue;
    const bool blind = entry.cause == QueueCause::kSampled;
    const auto probability = n.outcome->assessment.probability;
    id.AddUuid(n.draft->comment_id);
    cause.AddInt2(static_cast<int>(entry.cause));
    uncertainty.AddFloat8(blind ? kUncertaintyMax : UncertaintyOf(probability));
    usefulness.AddInt4(blind ? 0 : UsefulnessOf(probability, entry.novelty_permille));
    inclusion.AddOptFloat8(entry.inclusion_probability);
    shadow.AddBool(n.outcome->shadow &&
                   n.outcome->shadow->verdict != n.outcome->assessment.verdict);
  }
};

}  // namespace

void InsertThreads(Tx& tx, std::vector<NewThread>& threads) {
  if (threads.empty()) return;
  const auto key = [](const NewThread& t) {
    return std::pair<SiteId, std::string_view>(t.draft->history.site_id,
                                               t.draft->history.thread_key);
  };
  // The same order everywhere: two batches that make the same threads cannot wait for each other.
  std::sort(threads.begin(), threads.end(),
            [&key](const NewThread& a, const NewThread& b) { return key(a) < key(b); });
  ArrayParam site(E::kInt8), id(E::kUuid), keys(E::kText), uri(E::kText), title(E::kText);
  ArrayParam published(E::kTimestamptz), created(E::kTimestamptz);
  for (const NewThread& thread : threads) {
    site.AddInt8(thread.draft->history.site_id);
    id.AddUuid(thread.thread_id);
    keys.AddBytes(thread.draft->history.thread_key);
    uri.AddBytes(thread.draft->comment->thread_uri());
    title.AddBytes(thread.draft->comment->thread_title());
    published.AddOptTime(thread.draft->comment->thread_publish_time());
    created.AddTime(thread.draft->submitted_at);
  }
  const pqxx::result rows = tx.Exec(kInsertThreads, site.Done(), id.Done(), keys.Done(), uri.Done(),
                                    title.Done(), published.Done(), created.Done());
  std::map<std::pair<SiteId, std::string>, ThreadId> ids;
  for (const auto& row : rows) {
    ids[{row[0].as<SiteId>(), TextAt(row[1])}] = UuidAt(row[2]);
  }
  for (NewThread& thread : threads) {
    const HistoryQuery& query = thread.draft->history;
    thread.thread_id = ids.at({query.site_id, query.thread_key});
  }
}

std::unordered_set<CommentId> InsertComments(Tx& tx, std::span<const NewComment> comments) {
  std::vector<const NewComment*> sorted;
  for (const NewComment& comment : comments) sorted.push_back(&comment);
  // The same order everywhere, as for threads.
  std::sort(sorted.begin(), sorted.end(), [](const NewComment* a, const NewComment* b) {
    return std::pair<SiteId, std::string_view>(a->draft->history.site_id, a->draft->request_id) <
           std::pair<SiteId, std::string_view>(b->draft->history.site_id, b->draft->request_id);
  });
  TextColumns t;
  DecisionColumns d;
  QueueColumns q;
  for (const NewComment* comment : sorted) {
    t.Add(*comment->draft->comment);
    d.Add(*comment);
    if (comment->outcome->queue) q.Add(*comment);
  }
  const auto exec = [&](const Statement& statement, auto&&... more) {
    return tx.Exec(
        statement, d.site.Done(), d.id.Done(), d.thread.Done(), d.parent.Done(), t.name.Done(),
        t.email.Done(), t.domain.Done(), t.author_hash.Done(), t.key.Done(), t.url.Done(),
        t.verified.Done(), t.body.Done(), t.masked.Done(), t.body_hash.Done(), t.ip.Done(),
        t.ip_hash.Done(), t.agent.Done(), t.referrer.Done(), t.language.Done(), d.context.Done(),
        d.status.Done(), d.submitted.Done(), d.request.Done(), d.print.Done(), d.verdict.Done(),
        d.blatant.Done(), d.probability.Done(), d.score.Done(), d.model.Done(), d.revision.Done(),
        d.assessed.Done(), d.details.Done(), d.received.Done(), d.novelty.Done(), more...);
  };
  const pqxx::result stored =
      !q.any ? exec(kInsertComments)
             : exec(kInsertAndEnqueue, q.id.Done(), q.cause.Done(), q.uncertainty.Done(),
                    q.usefulness.Done(), q.inclusion.Done(), q.shadow.Done());
  std::unordered_set<CommentId> ids;
  ids.reserve(stored.size());
  for (const auto& row : stored) ids.insert(UuidAt(row[0]));
  return ids;
}

}  // namespace replyguard::storage
