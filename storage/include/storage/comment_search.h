// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Finding comments of one site: by words and other terms, by likeness, by author, in the spam
// folder or the queue or everywhere, newest received first. Terms are numbers whose meaning is the
// service's; storage compares them only.
//
// A comment that waits to be judged blind (QueueCause::kSampled) is answered as Blind() makes it,
// in short as well, so that counts do not tell either; and whatever asks for a status, a
// probability or what else the machine said does not find it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kSearchPageMax = 200;
// Comments looked at by one call.
inline constexpr std::int32_t kSearchLookMax = 5000;
inline constexpr std::int32_t kIndexBatchMax = 500;
// Texts whose sketches differ in at most so many of 64 bits are alike.
inline constexpr int kAlikeBitsMax = 12;
inline constexpr std::int32_t kAlikeCountMax = 200;
inline constexpr std::int32_t kCampaignCountMax = 1000;
inline constexpr std::int32_t kAuthorCommentsMax = 1000;

// What a comment can be found by.
struct SearchTerms {
  // Ascending, none twice. Negative ones are the bands of the sketch: texts that share one may be
  // alike.
  std::vector<std::int64_t> terms;
  // Nothing for a text too short to compare.
  std::optional<std::int64_t> sketch;
};
// What of a comment its terms are made of.
struct IndexedComment {
  SiteId site_id = 0;
  CommentId comment_id{};
  std::string author_name;
  std::string body;
  std::string ip_masked;
  std::string language;
  std::string details_json;  // of its assessment
};
// Must be quick and pure and must not throw: called with a transaction open.
using MakeTerms = std::function<SearchTerms(const IndexedComment&)>;

struct Likeness {
  std::int64_t sketch = 0;
  std::vector<std::int64_t> bands;
};

// All that is set must hold.
struct SearchCondition {
  std::vector<std::int64_t> terms{};  // each of them
  bool by_verdict = false;            // a term is of what the machine said
  std::optional<Likeness> alike{};
  std::string author_id{};  // the first 16 raw bytes of the author hash; empty: any
  std::optional<ThreadId> thread_id{};
  std::optional<double> probability_min{};
  std::optional<double> probability_max{};
  std::optional<Timestamp> received_from{};   // at or after, to the millisecond
  std::optional<Timestamp> received_until{};  // before
};

struct SearchQuery {
  SiteId site_id = 0;
  // Empty: any but kDeleted. kSpam and kTrashed alone, and kPending alone, are read from the spam
  // folder and the queue, whose cost does not grow with other comments.
  std::vector<CommentStatus> statuses{};
  SearchCondition condition{};
  // Only comments received before this one (by their ids).
  std::optional<CommentId> before{};
  std::int32_t limit = 25;  // 1 to kSearchPageMax, or kBulkCommentsMax for ids
};

struct SearchPage {
  std::vector<CommentRecord> comments;
  // Set when the call looked at as many as it may: only comments from this one on are told of.
  std::optional<CommentId> looked_until;
};

// A comment found, in short.
struct FoundComment {
  CommentId comment_id;
  CommentStatus status = CommentStatus::kPending;
  StatusSource status_source = StatusSource::kMachine;
  std::int64_t revision = 0;
  std::string author_hash;
  std::string author_name;
  std::string ip_masked;
  std::string lease_token;  // of the lease that runs now; empty: nobody holds it
};

struct FoundComments {
  std::vector<FoundComment> comments;  // newest first
  bool more = false;                   // or may be
};

// How many comments have nearly a comment's text.
struct AlikeCount {
  CommentId comment_id;
  std::int32_t count = 0;  // itself included, to kAlikeCountMax
  CommentId oldest;        // of those counted
};

// Thread-safe. All: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED as in the whole room.
class CommentSearch {
 public:
  virtual ~CommentSearch() = default;

  // Makes the terms of comments that have none or were edited since. Answers how many, at most
  // `limit` (1 to kIndexBatchMax). Several servers may do this at once.
  virtual absl::StatusOr<std::int32_t> IndexSome(std::int32_t limit, const MakeTerms& make,
                                                 Deadline deadline) = 0;

  virtual absl::StatusOr<SearchPage> Search(const SearchQuery& query, Deadline deadline) = 0;
  // The same in short.
  virtual absl::StatusOr<FoundComments> Find(const SearchQuery& query, Deadline deadline) = 0;
  // Those of these comments that exist, newest first.
  virtual absl::StatusOr<FoundComments> Look(SiteId site_id, const std::vector<CommentId>& ids,
                                             Deadline deadline) = 0;
  // In the order of the ids; missing ones are left out.
  virtual absl::StatusOr<std::vector<CommentRecord>> Read(SiteId site_id,
                                                          const std::vector<CommentId>& ids,
                                                          Deadline deadline) = 0;

  // What the comment's text looks like; inner nothing when it is too short, or not indexed yet.
  virtual absl::StatusOr<std::optional<Likeness>> LikenessOf(SiteId site_id,
                                                             const CommentId& comment_id,
                                                             Deadline deadline) = 0;
  // Of those of the comments that have a sketch; at most kSearchPageMax. Counts comments received
  // since.
  virtual absl::StatusOr<std::vector<AlikeCount>> CountAlike(SiteId site_id,
                                                             const std::vector<CommentId>& ids,
                                                             Timestamp since,
                                                             Deadline deadline) = 0;
  // Comments alike received since, newest first, at most kCampaignCountMax.
  virtual absl::StatusOr<FoundComments> Alike(SiteId site_id, const Likeness& likeness,
                                              Timestamp since, Deadline deadline) = 0;
  // The newest comments that wait (not drawn blind), with their sketches; at most
  // kCampaignCountMax, newest first.
  virtual absl::StatusOr<std::vector<std::pair<CommentId, std::int64_t>>> WaitingSketches(
      SiteId site_id, Deadline deadline) = 0;
  // The newest comments of an author by the whole hash, at most kAuthorCommentsMax.
  virtual absl::StatusOr<FoundComments> OfAuthor(SiteId site_id, const std::string& author_hash,
                                                 Deadline deadline) = 0;
  // Comments with this term received since by anybody else, at most kAuthorCommentsMax of them.
  virtual absl::StatusOr<FoundComments> WithTermOfOthers(SiteId site_id, std::int64_t term,
                                                         const std::string& author_hash,
                                                         Timestamp since, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
