// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a decision must know from the database: the thread, the parent, and what was seen before of
// the same author, network and text. All counts are bounded, so that the cost of a look-up does not
// grow with the table.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/author_keyring.h"
#include "storage/comment.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

// Status counts are taken over the newest so many comments.
inline constexpr std::int32_t kHistoryRowsMax = 32;
// recent_count counts no further than this.
inline constexpr std::int32_t kRecentCountMax = 10'001;
// Keys under which one value may be looked up (the present one and older ones that are kept).
inline constexpr std::size_t kHashesPerLookupMax = 8;

// What to look up for one comment.
struct HistoryQuery {
  SiteId site_id = 0;
  std::string thread_key;
  std::optional<CommentId> parent_id;
  // Now, by the clock of who asks. What was received more than a minute later, and later by the
  // database's clock too, does not count until then: a clock was ahead.
  Timestamp asked_at{};
  // The comment's own hashes under every kept key, as MaskedComment gives them; at most
  // kHashesPerLookupMax each. Empty: not looked up, counts stay zero.
  std::vector<KeyedHash> author_hashes;
  std::vector<KeyedHash> ip_hashes;
  std::vector<KeyedHash> body_hashes;
  // recent_count counts comments received at or after these times, at most recent_count_max of
  // them. Nothing: not counted.
  std::optional<Timestamp> author_recent_since;
  std::optional<Timestamp> ip_recent_since;
  std::optional<Timestamp> body_recent_since;
  // 1 to kRecentCountMax: what the policy's limit needs, as reading costs about a microsecond each.
  std::int32_t recent_count_max = kHistoryRowsMax;
  // The comment itself, when it exists already (an edit): it does not count.
  std::optional<CommentId> except;
};

// How comments were judged, among the newest kHistoryRowsMax.
struct JudgedCounts {
  std::int32_t approved_count = 0;
  std::int32_t spam_count = 0;
  // Approved comments newer than the newest setback (spam, trashed, or edited after it was
  // written), all of them, and only those whose author the backend vouched for.
  std::int32_t approved_streak = 0;
  std::int32_t verified_approved_streak = 0;
};

// What was seen before, whoever judged it. Tombstones do not count.
struct SeenBefore : JudgedCounts {
  // Among the newest kHistoryRowsMax.
  std::int32_t pending_count = 0;
  std::int32_t trashed_count = 0;
  // What people judged, with setbacks by people and edits alone: what a machine decided is no
  // evidence for the machine.
  JudgedCounts by_people{};
  // Received since the time asked for, at most recent_count_max.
  std::int32_t recent_count = 0;

  std::int32_t total() const { return approved_count + pending_count + spam_count + trashed_count; }
};

// The answer for one comment. Comments that were decided earlier in the same batch are counted like
// stored ones. Comments that other connections are writing at this very moment are not.
struct HistoryContext {
  // Nothing when the thread does not exist yet.
  std::optional<ThreadRecord> thread;
  // Set when parent_id was given: whether it exists in this thread, and how it stands.
  bool parent_in_thread = false;
  std::optional<CommentStatus> parent_status;
  SeenBefore author;
  SeenBefore ip;
  // Same body on the same site.
  SeenBefore body;
};

// Reads the same context without writing, for checks and edits. Thread-safe.
class HistoryReader {
 public:
  virtual ~HistoryReader() = default;
  // UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (no connection free in time).
  virtual absl::StatusOr<HistoryContext> Consult(const HistoryQuery& query, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
