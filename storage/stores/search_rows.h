// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What statements that look for comments share.
#pragma once

#include "postgres/rows.h"
#include "storage/comment_search.h"

// Whether the text of comment_terms AS t is alike the one of this sketch (bigint) and bands
// (bigint[]): the sketch holds one bit of each of 64 minima, and two texts agree in a bit by chance
// every other time (b-bit minwise hashing, Li and Koenig 2010). 12 bits of 64 apart is
// kAlikeBitsMax.
#define RG_ALIKE(t, sketch_is, bands_are) \
  "(" t ".terms && " bands_are " AND bit_count((" t ".sketch # " sketch_is ")::bit(64)) <= 12)"

// Candidates, by the terms' own index (with TxMode::kByTerms). PostgreSQL takes it that one row of
// a hundred has any of some terms, and would rather read a whole site's share of the primary key
// beside it. That a row has all of no terms, which it takes for one in two hundred, tells it that
// there are few, and costs that index nothing.
#define RG_BY_TERMS(t, has) t ".terms " has RG_OF_FEW(t) RG_OF_FEW(t)
#define RG_OF_FEW(t) " AND " t ".terms @> (SELECT '{}'::bigint[])"
#define RG_CANDIDATE_ALIKE(t, sketch_is, bands_are) \
  RG_ALIKE(t, sketch_is, bands_are) RG_OF_FEW(t) RG_OF_FEW(t)

// Whether the comment of this row has all of these terms (bigint[]; {}: whatever it has) and is
// alike (sketch null: or not), once it is indexed. Scalar subqueries, as an EXISTS could be planned
// as a read of the whole site.
#define RG_IS_FOUND_BY(row, terms_are, sketch_is, bands_are)                               \
  "(" terms_are " = '{}' OR coalesce((SELECT t.terms @> " terms_are                        \
  " FROM "                                                                                 \
  "replyguard.comment_terms t WHERE t.site_id = " row ".site_id AND t.comment_id = " row   \
  ".comment_id), false)) AND (" sketch_is " IS NULL OR coalesce((SELECT " RG_ALIKE(        \
      "t", sketch_is, bands_are) " FROM replyguard.comment_terms t WHERE t.site_id = " row \
                                 ".site_id AND t.comment_id = " row ".comment_id), false)) "

// Whether the comment of this row waits to be judged blind (QueueCause::kSampled). A scalar
// subquery as above.
#define RG_IS_BLIND(row)                                                              \
  "coalesce((SELECT b.cause = 5 FROM replyguard.queue_items b WHERE b.site_id = " row \
  ".site_id AND b.comment_id = " row ".comment_id), false)"

// In short, of comments AS c; blind where Blind() makes a whole one so.
#define RG_FOUND_COLUMNS \
  "c.comment_id, CASE WHEN " RG_IS_BLIND("c") " THEN 1 ELSE c.status END, CASE WHEN "   \
  RG_IS_BLIND("c") " THEN 1 ELSE c.status_source END, c.revision, c.author_hash, c.author_name, " \
  "c.ip_masked, (SELECT q.lease_token FROM replyguard.queue_items q WHERE q.site_id = " \
  "c.site_id AND q.comment_id = c.comment_id AND " RG_LEASED("q.lease_until") ")"

namespace replyguard::storage {

FoundComment ReadFound(const pqxx::row& row);

}  // namespace replyguard::storage
