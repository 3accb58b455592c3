// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Finding comments, whatever became of them: search and the spam folder, an author's history,
// campaigns.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/review/comment_filter.h"
#include "storage/comment_search.h"

namespace replyguard::service {

// Comments alike are looked for so far back.
inline constexpr std::chrono::hours kCampaignReach{24 * 90};
inline constexpr std::chrono::hours kNetworkReach{24 * 30};
inline constexpr std::int32_t kHistoryCommentsMax = 50;
inline constexpr std::int32_t kCampaignPageMax = 50;

using StatusCounts = std::map<storage::CommentStatus, std::int32_t>;

// A comment and whose it is.
struct SiteComment {
  std::string site;
  storage::CommentRecord comment;
};

// How many authors, networks and statuses some comments have. Those without an address or a network
// count as one.
struct CommentGroup {
  StatusCounts counts;
  std::int32_t author_count = 0;
  std::int32_t network_count = 0;
};
CommentGroup GroupOf(const std::vector<storage::FoundComment>& comments);

struct AuthorHistory {
  storage::CommentRecord newest;
  StatusCounts counts;
  std::int32_t decided_by_people_count = 0;
  bool more = false;
  storage::Timestamp first_at{};
  storage::Timestamp last_at{};
  std::vector<storage::CommentRecord> comments;
  std::vector<std::string> names;
  std::string network;
  CommentGroup network_others;
};

struct Campaign {
  storage::CommentId comment_id;
  CommentGroup group;
  std::int32_t comment_count = 0;
  storage::Timestamp first_at{};
  storage::Timestamp last_at{};
  storage::CommentRecord newest;
};

struct WaitingCampaign {
  storage::CommentId comment_id;
  std::int32_t waiting_count = 0;
  storage::CommentRecord newest;
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// Common errors: PERMISSION_DENIED; SITE_NOT_FOUND; COMMENT_NOT_FOUND; INVALID_ARGUMENT;
// UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED.
class Search {
 public:
  struct Request {
    std::optional<std::string> site;  // nothing: every site that the key covers
    std::vector<std::string> sites;   // not empty: these of them
    std::vector<storage::CommentStatus> statuses;
    CommentFilter filter;
    std::optional<storage::CommentId> before;
    std::int32_t limit = 25;  // 1 to storage::kSearchPageMax
  };
  struct Page {
    std::vector<SiteComment> comments;
    // Where the next page begins; nothing when there are no more.
    std::optional<storage::CommentId> next;
  };

  Search(const SiteDirectory& sites, storage::CommentSearch& search, storage::ThreadStore& threads,
         const Clock& clock)
      : sites_(sites), search_(search), filters_(search, threads), clock_(clock) {}

  // Several sites cost a few statements each.
  absl::StatusOr<Page> Run(const Principal& principal, const Request& request,
                           storage::Deadline deadline) const;

  // Of the author of this comment.
  absl::StatusOr<AuthorHistory> History(const Principal& principal, const std::string& site,
                                        const storage::CommentId& comment_id,
                                        std::int32_t comment_count,
                                        storage::Deadline deadline) const;

  absl::StatusOr<Campaign> GetCampaign(const Principal& principal, const std::string& site,
                                       const storage::CommentId& comment_id,
                                       storage::Deadline deadline) const;

  // Largest first.
  absl::StatusOr<std::vector<WaitingCampaign>> ListCampaigns(const Principal& principal,
                                                             const std::string& site,
                                                             std::int32_t limit,
                                                             std::int32_t waiting_count_min,
                                                             storage::Deadline deadline) const;

  const FilterReader& filters() const { return filters_; }

 private:
  const SiteDirectory& sites_;
  storage::CommentSearch& search_;
  const FilterReader filters_;
  const Clock& clock_;
};

}  // namespace replyguard::service
