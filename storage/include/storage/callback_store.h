// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The outbox of Akismet callbacks: which websites want to hear what people decide about a comment,
// and what is still to be told.
//
// What is told is the comment's present status, so that a later decision replaces an earlier one
// that was not told yet, and nothing arrives out of order for good.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::size_t kCallbackUrlBytesMax = 500;
inline constexpr std::size_t kCallbackErrorBytesMax = 200;
// Less than what Take() holds for the work of a clock that was ahead.
inline constexpr std::chrono::seconds kCallbackPutOff{60};
inline constexpr std::int32_t kCallbackBatchMax = 500;

struct NewCallback {
  SiteId site_id = 0;
  CommentId comment_id{};
  std::string key_id{};  // the key to be told with it; sealed by SealKey before
  std::string url{};     // 1 to kCallbackUrlBytesMax
  Timestamp now{};
};

// One that is due, taken by whoever tells it.
struct DueCallback {
  SiteId site_id = 0;
  CommentId comment_id{};
  std::string key_id;
  std::string sealed_key;
  std::string url;
  std::int64_t version = 0;
  std::int32_t attempts = 0;  // that failed
  CommentStatus status = CommentStatus::kPending;
  Timestamp leased_until{};  // by the database's clock
};

// Of one site, key and URL: what goes by one call.
using CallbackGroup = std::vector<DueCallback>;

// What is due, and until when it is somebody's, goes by the database's clock: those of two servers
// may differ by more than a lease.
//
// Thread-safe. All: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED as in the whole room.
class CallbackStore {
 public:
  virtual ~CallbackStore() = default;

  // The key as it is to be sent, sealed; replaces an earlier one.
  virtual absl::Status SealKey(SiteId site_id, const std::string& key_id, const std::string& sealed,
                               Timestamp now, Deadline deadline) = 0;

  // Decisions taken from now on are told. A comment has one callback: a new one replaces it.
  virtual absl::Status Save(const NewCallback& callback, Deadline deadline) = 0;

  // Looks through the next events of every site, at most `limit` of each, and makes the callbacks
  // due whose comments somebody else than their own key decided to approve or to call spam.
  // Answers whether there was anything to look through.
  virtual absl::StatusOr<bool> Collect(std::int32_t limit, Deadline deadline) = 0;

  // Takes at most `limit` that are due (1 to kCallbackBatchMax), longest due first, all of one
  // site, key and URL; of none of the sites `but`. Nobody else gets them until `lease` has passed.
  // Those of revoked keys are left where they are.
  virtual absl::StatusOr<CallbackGroup> Take(std::int32_t limit, std::chrono::seconds lease,
                                             const std::vector<SiteId>& but, Deadline deadline) = 0;
  // `lease` begins anew for those of a group that was taken that nobody else has taken since, and
  // of which there is no news: those are answered.
  virtual absl::StatusOr<CallbackGroup> Renew(const CallbackGroup& group,
                                              std::chrono::seconds lease, Deadline deadline) = 0;

  // Told, but for those of which there is news since they were taken: they stay due.
  virtual absl::Status Told(const CallbackGroup& group, Deadline deadline) = 0;
  // Tried in vain, which is counted: due again after the pause that follows so many failures, the
  // first one after the first; beyond the last, given up. `error` is cut to kCallbackErrorBytesMax.
  virtual absl::Status Failed(const CallbackGroup& group,
                              std::span<const std::chrono::seconds> pauses,
                              const std::string& error, Deadline deadline) = 0;
  // Not tried: due again at once.
  virtual absl::Status Release(const CallbackGroup& group, Deadline deadline) = 0;
  // What else is due and goes by the same call as this one waits for kCallbackPutOff, uncounted.
  virtual absl::Status PutOff(const DueCallback& callback, Deadline deadline) = 0;

  // Forgets those made before this time, at most limit; answers how many. What is due with a
  // revoked key is no longer.
  virtual absl::StatusOr<std::int64_t> Prune(Timestamp created_before, std::int32_t limit,
                                             Deadline deadline) = 0;
};

}  // namespace replyguard::storage
