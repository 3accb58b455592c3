// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The queue of comments that wait for a moderator. It holds only what waits: its cost does not grow
// with decided comments. Leases go by the database's clock, which all servers share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/comment_search.h"
#include "storage/enums.h"
#include "storage/review_store.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kQueuePageMax = 200;
inline constexpr std::int32_t kLeaseCountMax = 50;
inline constexpr std::chrono::milliseconds kLeaseTimeMax{3'600'000};
inline constexpr std::size_t kLeaseHolderBytesMax = 100;
inline constexpr std::size_t kLeaseTokenBytesMin = 16;
inline constexpr std::size_t kLeaseTokenBytesMax = 64;

// Which items are meant. Fields that are not set do not filter. An item without a probability fails
// both bounds. Items drawn blind (kSampled) are a queue of their own: only a cause that names them
// finds them; they have no probability, and kUncertain and kUseful mean kOldest there, so that
// nothing tells what the machine said of them.
struct QueueFilter {
  std::optional<QueueCause> cause{};
  std::optional<double> probability_min{};
  std::optional<double> probability_max{};
  // The first 16 raw bytes of the author hash (Author.author_id) or of the address hash. Empty:
  // any.
  std::string author_id{};
  std::string ip_id{};
  std::optional<ThreadId> thread_id{};
  // The queue of the shadow's disagreements instead of the ordinary one. An item that waits anyway
  // is in both, and has one lease.
  bool shadow = false;
  // Each of these terms, and likeness, as in SearchCondition.
  std::vector<std::int64_t> terms{};
  std::optional<Likeness> alike{};
  // Only those for the operators, or only the others.
  std::optional<bool> escalated{};
};

// Where a page ended: the sort key of its last item. Made from an item by QueueCursorOf.
struct QueueCursor {
  // Distance of the probability from one half, 0 to 0.5 (0 when there is none); used by kUncertain
  // only.
  double uncertainty = 0;
  // As QueueItem::usefulness; used by kUseful only.
  std::int32_t usefulness = 0;
  Timestamp entered_at{};
  CommentId comment_id;
};

struct QueueQuery {
  SiteId site_id = 0;
  QueueFilter filter{};
  QueueOrder order = QueueOrder::kOldest;
  std::optional<QueueCursor> after{};
  // 1 to kQueuePageMax.
  std::int32_t limit = 25;
};

// A place in the queue.
struct QueueItem {
  CommentRecord comment;  // a Blind() one with kSampled
  QueueCause cause = QueueCause::kHeld;
  Timestamp entered_at{};
  double uncertainty = 0;
  // What a label would teach, 0 or more: thousandths of uncertainty, more for a text that is new
  // and for one of which copies wait. 0 for kSampled.
  std::int32_t usefulness = 0;
  // How likely it was to be drawn, for kSampled.
  std::optional<double> inclusion_probability;
  // The lease, when somebody holds it now. lease_token is set only in LeaseNext's answer.
  std::string lease_holder;
  std::string lease_token;
  std::optional<Timestamp> lease_until;
  std::optional<Escalation> escalation;
  std::int32_t note_count = 0;
};

inline QueueCursor QueueCursorOf(const QueueItem& item) {
  return QueueCursor{item.uncertainty, item.usefulness, item.entered_at, item.comment.comment_id};
}

struct LeaseRequest {
  SiteId site_id = 0;
  QueueFilter filter{};
  QueueOrder order = QueueOrder::kOldest;
  // 1 to kLeaseCountMax.
  std::int32_t count = 1;
  // Above zero, at most kLeaseTimeMax.
  std::chrono::milliseconds duration{300'000};
  std::string holder{};  // display name; at most kLeaseHolderBytesMax
  // One secret for all items of this call: kLeaseTokenBytesMin to kLeaseTokenBytesMax of visible
  // ASCII, fresh and random.
  std::string token{};
};

// A lease to extend or give back.
struct LeaseChange {
  CommentId comment_id;
  std::string token{};
  // From now on the database's clock, at most kLeaseTimeMax; nothing gives the item back.
  std::optional<std::chrono::milliseconds> extension{};
};

// Of items drawn blind only sampled_count tells.
struct QueueStats {
  std::int64_t pending_count = 0;
  std::int64_t leased_count = 0;  // of these
  std::int64_t held_count = 0;
  std::int64_t reported_count = 0;
  std::int64_t edited_count = 0;
  std::int64_t returned_count = 0;
  std::int64_t sampled_count = 0;
  // In the queue of the shadow's disagreements; those that wait anyway are counted above too.
  std::int64_t shadow_count = 0;
  std::optional<Timestamp> oldest_entered_at;
  // Decisions by moderators in the 24 hours before now.
  std::int64_t decided_last_day_count = 0;
};

// Thread-safe.
class QueueStore {
 public:
  virtual ~QueueStore() = default;

  // A page. Items that enter or leave between two calls do not shift pages. Without tokens.
  virtual absl::StatusOr<std::vector<QueueItem>> List(const QueueQuery& query,
                                                      Deadline deadline) = 0;

  // One, of any cause, without its token. NOT_FOUND when the comment does not wait.
  virtual absl::StatusOr<QueueItem> Get(SiteId site_id, const CommentId& comment_id,
                                        Deadline deadline) = 0;

  // Those of the comments that wait, of any cause, without tokens, in any order.
  virtual absl::StatusOr<std::vector<QueueItem>> GetEach(SiteId site_id,
                                                         const std::vector<CommentId>& comment_ids,
                                                         Deadline deadline) = 0;

  // Those of the comments that wait to be judged blind (kSampled).
  virtual absl::StatusOr<std::set<CommentId>> DrawnBlind(SiteId site_id,
                                                         const std::vector<CommentId>& comment_ids,
                                                         Deadline deadline) = 0;

  // Takes the first items that nobody holds, in the order asked for; empty when there are none. Two
  // callers never get the same item, whether they share a holder name or not, until the lease runs
  // out or is given back. INVALID_ARGUMENT where the request is out of its bounds.
  virtual absl::StatusOr<std::vector<QueueItem>> LeaseNext(const LeaseRequest& request,
                                                           Deadline deadline) = 0;

  // In the order given: true where the token still held its item (an expired lease that nobody took
  // since is still held). At most kLeaseCountMax changes.
  virtual absl::StatusOr<std::vector<bool>> ChangeLeases(SiteId site_id,
                                                         const std::vector<LeaseChange>& changes,
                                                         Deadline deadline) = 0;

  // Of these sites together.
  virtual absl::StatusOr<QueueStats> Stats(const std::vector<SiteId>& sites, Timestamp now,
                                           Deadline deadline) = 0;

  // Those of the sites where anything waits, in one statement.
  virtual absl::StatusOr<std::vector<SiteId>> Waiting(const std::vector<SiteId>& sites,
                                                      Deadline deadline) = 0;
};

}  // namespace replyguard::storage
