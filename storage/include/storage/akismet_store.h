// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the Akismet protocol asks of the stored comments, and what it counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/author_keyring.h"
#include "storage/types.h"

namespace replyguard::storage {

// A host name (RFC 1035).
inline constexpr std::size_t kBlogBytesMax = 253;
inline constexpr std::int32_t kUsagePageMax = 500;

// Whoever sent a comment once, sought by what is still known of it.
struct SameCommentQuery {
  SiteId site_id = 0;
  std::string thread_key{};
  // One a key of the keyring. No author hashes: a comment without an address. REQUIRES: at least
  // one body hash.
  std::vector<KeyedHash> author_hashes{};
  std::vector<KeyedHash> body_hashes{};
  Timestamp received_since{};
};

struct UsageCounts {
  std::int64_t api_calls = 0;
  std::int64_t spam = 0;             // checks answered "true"
  std::int64_t ham = 0;              // checks answered "false"
  std::int64_t missed_spam = 0;      // what the site called spam and we had not
  std::int64_t false_positives = 0;  // the other way round

  friend bool operator==(const UsageCounts&, const UsageCounts&) = default;
};

struct UsageKey {
  SiteId site_id = 0;
  std::string key_id{};
  std::chrono::sys_days day{};  // UTC
  std::string blog{};           // host, at most kBlogBytesMax

  friend auto operator<=>(const UsageKey&, const UsageKey&) = default;
};

struct UsageDelta {
  UsageKey key;
  UsageCounts counts;
};

struct DayUsage {
  std::chrono::sys_days day{};
  UsageCounts counts;
};

struct BlogUsage {
  std::string blog;
  UsageCounts counts;
};

enum class BlogOrder { kTotal, kSpam, kHam, kMissedSpam, kFalsePositives };

struct BlogUsageQuery {
  SiteId site_id = 0;
  std::string key_id{};
  std::chrono::sys_days from{};   // included
  std::chrono::sys_days until{};  // excluded
  std::string contains{};         // in the blog's name; empty: any
  BlogOrder order = BlogOrder::kTotal;
  std::int64_t offset = 0;
  std::int32_t limit = kUsagePageMax;  // 1 to kUsagePageMax
};

struct BlogUsagePage {
  std::vector<BlogUsage> blogs;  // most first, then by name
  std::int64_t total = 0;        // of all pages
};

// Thread-safe. All: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED as in the whole room.
class AkismetStore {
 public:
  virtual ~AkismetStore() = default;

  // Under which of these request_ids a comment was stored at or after a time; nothing when under
  // none. At most two for each HMAC key.
  virtual absl::StatusOr<std::optional<std::string>> FindRequested(
      SiteId site_id, const std::vector<std::string>& request_ids, Timestamp received_since,
      Deadline deadline) = 0;

  // The newest such comment that is not erased; nothing when there is none.
  virtual absl::StatusOr<std::optional<CommentId>> FindSame(const SameCommentQuery& query,
                                                            Deadline deadline) = 0;

  // Adds to what is there. REQUIRES: keys are distinct and in their order (servers that add at once
  // must not lock each other out).
  virtual absl::Status AddUsage(const std::vector<UsageDelta>& deltas, Deadline deadline) = 0;

  // All blogs together, by day, oldest first; days without use are left out.
  virtual absl::StatusOr<std::vector<DayUsage>> UsageByDay(SiteId site_id,
                                                           const std::string& key_id,
                                                           std::chrono::sys_days from,
                                                           Deadline deadline) = 0;

  virtual absl::StatusOr<BlogUsagePage> UsageByBlog(const BlogUsageQuery& query,
                                                    Deadline deadline) = 0;
};

}  // namespace replyguard::storage
