// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One page of a search, in two transactions: plans for look-ups suit no walk, and the other way.
//
// Where a term, a likeness, an author or a thread is asked for that few comments have, those are
// taken from its index. Otherwise comments are looked through by the time of receipt, at most
// kSearchLookMax: what is common is found soon.
#pragma once

#include <optional>
#include <vector>

#include "postgres/session.h"
#include "storage/comment_search.h"

namespace replyguard::storage {

struct Walked {
  std::vector<CommentId> ids;  // newest first
  std::optional<CommentId> looked_until;
};

// Whether FindCandidates may find any.
bool MayHaveCandidates(const SearchCondition& condition);

// The comments among which all that are meant are, when there are few. In a transaction of
// TxMode::kByTerms.
std::optional<std::vector<CommentId>> FindCandidates(Tx& tx, const SearchQuery& query);

// Of the candidates, or of all where there are none to go by. In one of TxMode::kSnapshot.
Walked WalkComments(Tx& tx, const SearchQuery& query,
                    const std::optional<std::vector<CommentId>>& candidates);

}  // namespace replyguard::storage
