// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/beside_rows.h"

#include <map>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/decision_rows.h"
#include "stores/label_step.h"
#include "stores/note_rows.h"

// $2 the comments, AS i(id); `which` reads some rows of each, by its index.
#define RG_OF_EACH(columns, which)                                                               \
  "SELECT " columns " FROM unnest($2::uuid[]) AS i(id) CROSS JOIN LATERAL (SELECT * FROM " which \
  ") "

namespace replyguard::storage {
namespace {

constexpr Statement kDecisions{
    "beside_decisions",
    RG_OF_EACH(RG_DECISION_COLUMNS,
               "replyguard.decisions d WHERE d.site_id = $1::bigint AND d.comment_id = i.id "
               "ORDER BY d.revision DESC, d.decision_id DESC LIMIT 50") "d "
    "ORDER BY d.comment_id, d.revision DESC, d.decision_id DESC"};

constexpr Statement kNotes{
    "beside_notes",
    RG_OF_EACH(RG_NOTE_COLUMNS,
               "replyguard.comment_notes n WHERE n.site_id = $1::bigint AND n.comment_id = i.id "
               "ORDER BY n.note_id LIMIT 100") "n ORDER BY n.comment_id, n.note_id"};

constexpr Statement kReports{
    "beside_reports",
    RG_OF_EACH("i.id, r.reason_code, r.note, " RG_US("r.reported_at"),
               "replyguard.reports r WHERE r.site_id = $1::bigint AND r.comment_id = i.id "
               "ORDER BY r.reported_at DESC, r.reporter_hash LIMIT 50") "r "
    "ORDER BY i.id, r.reported_at DESC, r.reporter_hash"};

constexpr Statement kEscalations{
    "beside_escalations",
    "SELECT q.comment_id, q.escalation FROM replyguard.queue_items q WHERE q.site_id = $1::bigint "
    "AND q.comment_id = ANY($2::uuid[]) AND q.escalation IS NOT NULL"};

constexpr Statement kLabels{
    "beside_labels",
    RG_OF_EACH("i.id, " RG_LABEL,
               "replyguard.labels l WHERE l.site_id = $1::bigint AND l.sample_id = 'c:' || "
               "replace(i.id::text, '-', '') AND l.label <> 0 AND NOT l.erased "
               "ORDER BY l.position DESC LIMIT 10") "l ORDER BY l.position DESC"};

constexpr Statement kCallbacks{
    "beside_callbacks",
    "SELECT c.comment_id, c.url FROM replyguard.akismet_callbacks c WHERE c.site_id = $1::bigint "
    "AND c.comment_id = ANY($2::uuid[])"};

static_assert(kBesideDecisionsMax == 50 && kNotesPerCommentMax == 100 && kBesideReportsMax == 50 &&
              kBesideLabelsMax == 10);

}  // namespace

std::vector<HeldBeside> ReadBeside(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids) {
  std::vector<HeldBeside> out(ids.size());
  if (ids.empty()) return out;
  std::map<CommentId, HeldBeside*> of;
  for (std::size_t i = 0; i < ids.size(); ++i) of[ids[i]] = &out[i];
  for (const auto& row : tx.Exec(kDecisions, site_id, Ids(ids))) {
    Decision decision = ReadDecision(row);
    of[decision.comment_id]->decisions.push_back(std::move(decision));
  }
  for (const auto& row : tx.Exec(kNotes, site_id, Ids(ids))) {
    CommentNote note = ReadNote(row);
    of[note.comment_id]->notes.push_back(std::move(note));
  }
  for (const auto& row : tx.Exec(kReports, site_id, Ids(ids))) {
    of[UuidAt(row[0])]->reports.push_back({TextAt(row[1]), TextAt(row[2]), TimeAt(row[3])});
  }
  for (const auto& row : tx.Exec(kEscalations, site_id, Ids(ids))) {
    of[UuidAt(row[0])]->escalation = TextAt(row[1]);
  }
  for (const auto& row : tx.Exec(kLabels, site_id, Ids(ids))) {
    of[UuidAt(row[0])]->labels.push_back(ReadLabel(row, 1));
  }
  for (const auto& row : tx.Exec(kCallbacks, site_id, Ids(ids))) {
    of[UuidAt(row[0])]->akismet_callback_url = TextAt(row[1]);
  }
  return out;
}

}  // namespace replyguard::storage
