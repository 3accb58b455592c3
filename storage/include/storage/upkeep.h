// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What an operator does with old data: how long each class is kept, what is older, and the end of
// an HMAC key. On a connection of its own, so that its long statements are in nobody's way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/retention.h"
#include "storage/types.h"

namespace replyguard::storage {

// Thread-safe; calls wait for each other. Each is a transaction. UNAVAILABLE and DEADLINE_EXCEEDED
// as everywhere.
class Upkeep {
 public:
  virtual ~Upkeep() = default;

  // As Database::EndBy.
  virtual void EndBy(Deadline until) = 0;

  // Every site, and 0 for what is of none; in order.
  virtual absl::StatusOr<std::vector<SiteId>> Owners(Deadline deadline) = 0;

  // What has been set, by site and class. Site 0: for sites that have no age of their own.
  virtual absl::StatusOr<std::vector<RetentionAge>> Ages(Deadline deadline) = 0;
  // NOT_FOUND for an unknown site (its slug; empty: all sites), INVALID_ARGUMENT for a class that
  // is no site's. Needs the schema's owner.
  // kept_days: nothing takes the age back, so that what holds for all sites holds for this one.
  // Noted in the audit trail.
  virtual absl::Status SetAge(const std::string& site, RetentionClass data,
                              std::optional<std::int32_t> kept_days, Deadline deadline) = 0;

  // How many rows of the class Expire would take; of one that is no site's none but for site 0.
  // Networks and authors of
  // comments that are `gone` by then are not counted again. Reads all that is older.
  virtual absl::StatusOr<std::int64_t> CountExpired(SiteId site_id, RetentionClass data,
                                                    Timestamp before, const CommentsGone& gone,
                                                    Deadline deadline) = 0;
  // One bounded step of removing them: looks at no more than limit rows (1 to 100,000). Whatever is
  // asked, the database keeps what has no age or is younger than its age, and the audit trail for
  // 30 days.
  virtual absl::StatusOr<RetentionStep> Expire(SiteId site_id, RetentionClass data,
                                               Timestamp before, std::optional<Uuid> after,
                                               std::int32_t limit, Deadline deadline) = 0;

  // What depends on an HMAC key. NOT_FOUND when no server ever wrote under it. Reads every comment.
  virtual absl::StatusOr<HmacKeyUse> CountHmacUse(std::int32_t key_id, Deadline deadline) = 0;
  // Takes the author's, network's and text's hashes from comments of the site under the key, of
  // which no request_id is known any more: nobody finds those by address from then on. Looks at no
  // more than limit comments (1 to 100,000).
  virtual absl::StatusOr<HmacBlankStep> BlankHashes(SiteId site_id, std::int32_t key_id,
                                                    std::optional<CommentId> after,
                                                    std::int32_t limit, Deadline deadline) = 0;
  // Answers how many comments depend on the key; retired when 0. Again is no error. Reads every
  // comment.
  virtual absl::StatusOr<std::int64_t> RetireHmacKey(std::int32_t key_id, Deadline deadline) = 0;
};

// url: as PostgresOptions::url; a pooler will do. No connection is made before the first call.
// INVALID_ARGUMENT when libpq cannot parse it (the message does not repeat it).
absl::StatusOr<std::unique_ptr<Upkeep>> OpenUpkeep(const std::string& url);

}  // namespace replyguard::storage
