// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a queue's pages and leases ask the database, for each queue, order and kind of filter.
#pragma once

#include "postgres/session.h"
#include "storage/queue_store.h"
#include "stores/search_rows.h"

// What ReadItem reads, of q and what RG_ITEM_JOINS joins to it.
#define RG_ITEM_COLUMNS \
  RG_COMMENT_COLUMNS ", q.cause, " RG_US("q.entered_at") ", q.uncertainty, q.usefulness, " \
  "q.inclusion_probability, " RG_LEASED("q.lease_until") ", " \
  "q.lease_holder, " RG_US("q.lease_until") ", q.lease_token, " RG_US("q.escalated_at") ", " \
  "q.escalated_by, q.escalation, (SELECT count(*) FROM replyguard.comment_notes n WHERE "       \
  "n.site_id = q.site_id AND n.comment_id = q.comment_id)"

#define RG_ITEM_JOINS                                                                    \
  "JOIN replyguard.comments c ON c.site_id = q.site_id AND c.comment_id = q.comment_id " \
  "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id "

namespace replyguard::storage {

// A statement and how it is to be run. Parameters: the site; then of a plain one the filter's
// `escalated`, and else all of the filter; how many items; then those of the page or the lease.
struct QueueStatement {
  const Statement& statement;
  // Asks for nothing but a queue, and perhaps for what is not escalated, as nearly all do.
  // Its plan is kept: to make it takes longer than to read the page. One that all filters could
  // come to would read the whole queue.
  bool plain;

  TxMode mode() const { return plain ? TxMode::kByIndex : TxMode::kNormal; }
};

// What an order means in the queue of a filter.
QueueOrder OrderIn(const QueueFilter& filter, QueueOrder order);

QueueStatement ListStatement(const QueueFilter& filter, QueueOrder order);
QueueStatement LeaseStatement(const QueueFilter& filter, QueueOrder order);

}  // namespace replyguard::storage
