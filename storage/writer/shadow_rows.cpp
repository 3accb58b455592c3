// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/shadow_rows.h"

#include "postgres/params.h"

namespace replyguard::storage {
namespace {

// Counters are locked in the order of their keys, the same in every batch.
constexpr Statement kInsert{
    "insert_shadow_verdicts",
    "WITH d AS MATERIALIZED (SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], "
    "$4::smallint[], $5::float8[], $6::bigint[], $7::text[], $8::smallint[], $9::float8[], "
    "$10::bigint[], $11::text[], $12::timestamptz[]) AS d(site_id, comment_id, generation, "
    "verdict, probability, score, model_id, shadow_verdict, shadow_probability, shadow_score, "
    "shadow_model_id, assessed_at)), "
    "kept AS (INSERT INTO replyguard.shadow_verdicts (site_id, comment_id, generation, verdict, "
    "probability, score, model_id, shadow_verdict, shadow_probability, shadow_score, "
    "shadow_model_id, assessed_at) "
    "SELECT d.site_id, d.comment_id, d.generation, d.verdict, d.probability, d.score, d.model_id, "
    "d.shadow_verdict, d.shadow_probability, d.shadow_score, d.shadow_model_id, d.assessed_at "
    "FROM d WHERE d.verdict <> d.shadow_verdict ON CONFLICT DO NOTHING) "
    "INSERT INTO replyguard.shadow_counts (site_id, day, generation, verdict, shadow_verdict, "
    "slot, count) "
    "SELECT d.site_id, (d.assessed_at AT TIME ZONE 'UTC')::date, d.generation, d.verdict, "
    "d.shadow_verdict, pg_backend_pid() % 64, count(*) FROM d GROUP BY 1, 2, 3, 4, 5 "
    "ORDER BY 1, 2, 3, 4, 5 "
    "ON CONFLICT (site_id, day, generation, verdict, shadow_verdict, slot) "
    "DO UPDATE SET count = shadow_counts.count + excluded.count"};

using E = ArrayParam::Element;

// One side of what was said.
struct Side {
  ArrayParam verdict{E::kInt2}, probability{E::kFloat8}, score{E::kInt8}, model{E::kText};

  template <typename Said>
  void Add(const Said& said) {
    verdict.AddInt2(static_cast<int>(said.verdict));
    probability.AddOptFloat8(said.probability);
    score.AddOptInt8(said.score);
    model.AddBytes(said.model_id);
  }
};

}  // namespace

void InsertShadowVerdicts(Tx& tx, std::span<const NewComment> comments,
                          const std::unordered_set<CommentId>& stored) {
  ArrayParam site(E::kInt8), id(E::kUuid), generation(E::kInt8), assessed(E::kTimestamptz);
  Side active;
  Side shadow;
  bool any = false;
  for (const NewComment& comment : comments) {
    const SubmissionOutcome& outcome = *comment.outcome;
    if (!outcome.shadow || !stored.contains(comment.draft->comment_id)) continue;
    any = true;
    site.AddInt8(comment.draft->history.site_id);
    id.AddUuid(comment.draft->comment_id);
    generation.AddInt8(outcome.shadow->generation);
    active.Add(outcome.assessment);
    shadow.Add(*outcome.shadow);
    assessed.AddTime(outcome.assessment.assessed_at);
  }
  if (!any) return;
  tx.Exec(kInsert, site.Done(), id.Done(), generation.Done(), active.verdict.Done(),
          active.probability.Done(), active.score.Done(), active.model.Done(),
          shadow.verdict.Done(), shadow.probability.Done(), shadow.score.Done(),
          shadow.model.Done(), assessed.Done());
}

}  // namespace replyguard::storage
