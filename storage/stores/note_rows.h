// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A moderator's note as columns, and back.
#pragma once

#include "postgres/rows.h"
#include "storage/review_store.h"

// Of comment_notes AS n, for ReadNote.
#define RG_NOTE_COLUMNS                                                                        \
  "n.site_id, n.comment_id, n.note_id, n.text, n.actor, n.actor_key_id, n.request_id, " RG_US( \
      "n.written_at")

namespace replyguard::storage {

inline CommentNote ReadNote(const pqxx::row& row) {
  return {row[0].as<SiteId>(), UuidAt(row[1]), UuidAt(row[2]), TextAt(row[3]),
          TextAt(row[4]),      TextAt(row[5]), TextAt(row[6]), TimeAt(row[7])};
}

}  // namespace replyguard::storage
