// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Threads: the articles that comments stand under. A thread is known by the backend's own key;
// inside it has an id that stays when the key changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kThreadPageMax = 500;

// What to change; fields that are not set stay as they are.
struct ThreadChange {
  SiteId site_id = 0;
  std::string key{};
  // Create the thread when there is none.
  bool create = false;
  // Nothing: blind. Otherwise ABORTED unless it is the present revision.
  std::optional<std::int64_t> expected_revision{};
  std::optional<std::string> uri{};
  std::optional<std::string> title{};
  std::optional<ThreadState> state{};
  // Outer nothing: stays. Inner nothing: cleared.
  std::optional<std::optional<Timestamp>> published_at{};
  Timestamp now{};
};

// Thread-safe.
class ThreadStore {
 public:
  virtual ~ThreadStore() = default;

  // NOT_FOUND.
  virtual absl::StatusOr<ThreadRecord> Get(SiteId site_id, const std::string& key,
                                           Deadline deadline) = 0;

  // Threads whose key is greater than after, by key in byte order; 1 to kThreadPageMax.
  virtual absl::StatusOr<std::vector<ThreadRecord>> List(SiteId site_id, const std::string& after,
                                                         std::int32_t limit, Deadline deadline) = 0;

  // Writes a THREAD_CHANGED event when the state changed. NOT_FOUND unless create is set; ABORTED.
  virtual absl::StatusOr<ThreadRecord> Change(const ThreadChange& change, Deadline deadline) = 0;

  // Gives the thread another key, comments and all, with a THREAD_CHANGED event. NOT_FOUND;
  // ALREADY_EXISTS when the new key is taken. Moving to its own key changes nothing.
  virtual absl::StatusOr<ThreadRecord> Move(SiteId site_id, const std::string& key,
                                            const std::string& new_key, Timestamp now,
                                            Deadline deadline) = 0;
};

}  // namespace replyguard::storage
