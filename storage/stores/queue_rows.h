// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Rows of the queue as other transactions write them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "postgres/session.h"
#include "storage/review_store.h"
#include "storage/submission_writer.h"

namespace replyguard::storage {

struct NewQueueItem {
  SiteId site_id = 0;
  CommentId comment_id;
  ThreadId thread_id;
  std::string_view author_hash;  // raw bytes; empty for none
  std::string_view ip_hash;
  QueueEntry entry;
  std::optional<double> probability;
  Timestamp entered_at{};
};

inline constexpr double kUncertaintyMax = 0.5;

// How far from being sure; the smallest come first. Without a probability nothing is known: nothing
// is less certain.
double UncertaintyOf(std::optional<double> probability);

// What a label would teach: thousandths of uncertainty (uncertainty sampling, Lewis and Gale 1994),
// by up to twice as much where the text is new to the model. What it weighs by the copies that wait
// (information density, Settles and Craven 2008) is in the statement that stores it.
std::int32_t UsefulnessOf(std::optional<double> probability, std::int32_t novelty_permille);

// Puts comments into the queue; one that is there already stays as it is, but for one that is there
// for the shadow alone. Answers how many were new in the ordinary queue.
std::size_t InsertQueueItems(Tx& tx, const std::vector<NewQueueItem>& items);

// Those of the comments that wait to be judged blind.
std::set<CommentId> BlindOnes(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids);

// Locks the comment's place in the queue. NOT_FOUND when there is none; nothing when it is not
// passed to the operators.
absl::StatusOr<std::optional<Escalation>> LockEscalation(Tx& tx, SiteId site_id,
                                                         const CommentId& comment_id);
// Passes a comment that waits to the operators; its lease ends.
void EscalateItem(Tx& tx, SiteId site_id, const CommentId& comment_id,
                  const Escalation& escalation);

}  // namespace replyguard::storage
