// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What leaves an installation, page by page: comments with what was decided about them, labels with
// what they teach from, imports, stored models. Reads only, but for what was taught of an author.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/comment_store.h"
#include "storage/decision_store.h"
#include "storage/label_log.h"
#include "storage/review_store.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kExportPageMax = 500;
inline constexpr std::int32_t kImportsListedMax = 1'000;

// A step of the label log without samples. label kNone: it took one away.
struct LabelStep {
  std::int64_t position = 0;
  LabelClass label = LabelClass::kNone;
  LabelSource source = LabelSource::kHuman;
  std::string labelled_by{};  // public id of the key, or RuleExclusion
  Timestamp labelled_at{};
  std::string import_id{};  // empty for none
  std::int32_t weight = 1;  // to kLabelWeightMax
};

struct ExportedLabel {
  std::string sample_id{};  // as LabelEntry
  LabelStep step{};
  LabelSample sample{};  // empty for a retraction
};

// A reader's report of a comment.
struct HeldReport {
  std::string reason_code;
  std::string note;  // masked
  Timestamp reported_at{};
};

inline constexpr std::size_t kBesideDecisionsMax = 50;
inline constexpr std::size_t kBesideReportsMax = 50;
inline constexpr std::size_t kBesideLabelsMax = 10;

// What is held of a comment beside itself, the newest first but for notes.
struct HeldBeside {
  std::vector<Decision> decisions{};    // at most kBesideDecisionsMax, with their notes
  std::vector<CommentNote> notes{};     // at most kNotesPerCommentMax
  std::vector<HeldReport> reports{};    // at most kBesideReportsMax
  std::string escalation{};             // the words, while it waits; masked
  std::vector<ExportedLabel> labels{};  // at most kBesideLabelsMax, with the texts they teach from
  std::string akismet_callback_url{};   // empty for none
};

struct ExportedComment {
  CommentRecord comment{};
  std::string thread_uri{};
  std::optional<LabelStep> label{};    // the newest about it, unless that is about an earlier text
  std::optional<Decision> decision{};  // the newest about it
  HeldBeside beside{};                 // of CommentsOfAuthor only
};

struct LabelExportQuery {
  SiteId site_id = 0;
  // Labels in force at this position are answered, whatever is said later.
  std::int64_t as_of = 0;
  std::int64_t after = 0;  // position of the last of the page before
  // Every step up to as_of instead of those in force.
  bool history = false;
  std::int32_t limit = 200;  // 1 to kExportPageMax
};

struct ImportSummary {
  std::string import_id{};
  std::int64_t label_count = 0;  // steps of the log
  LabelCounts in_force{};
  std::string created_by{};  // public id of the key, the newest if several wrote it
  Timestamp first_at{};
  Timestamp last_at{};
};

// Who wrote comments: author hashes from `low` to `high`, both included. One hash is both.
struct AuthorRange {
  std::string low;
  std::string high;
};

// How much is held of an author, erased comments left out.
struct AuthorFootprint {
  std::int64_t comments = 0;
  std::int64_t queued = 0;
  std::int64_t decisions = 0;
  std::int64_t notes = 0;    // at decisions and at comments
  std::int64_t reports = 0;  // of these comments
  std::int64_t labels = 0;   // steps of the log with their text, their comment there or not
  std::int64_t events = 0;
  std::int64_t rules = 0;           // against the author's id
  std::optional<CommentId> newest;  // of the comments; absent without any
  std::int64_t newest_label = 0;    // of the labels that hold the author's hash; 0 without any
};

// Thread-safe. For operators, not for the hot path.
class ExportStore {
 public:
  virtual ~ExportStore() = default;

  // Those after `after` in the order of receipt, without tombstones; limit 1 to kExportPageMax. A
  // page shorter than the limit is the last.
  virtual absl::StatusOr<std::vector<ExportedComment>> Comments(SiteId site_id,
                                                                std::optional<CommentId> after,
                                                                std::int32_t limit,
                                                                Deadline deadline) = 0;

  // The same of an author's comments alone, on the index of authors, each with what is beside it.
  // At most as many ranges as there may be HMAC keys.
  virtual absl::StatusOr<std::vector<ExportedComment>> CommentsOfAuthor(
      SiteId site_id, const std::vector<AuthorRange>& author, std::optional<CommentId> after,
      std::int32_t limit, Deadline deadline) = 0;
  // Steps of the label log after a position that hold a text of the author, and whose comment is
  // not there; a page shorter than the limit is the last.
  virtual absl::StatusOr<std::vector<ExportedLabel>> LabelsOfAuthor(
      SiteId site_id, const std::vector<AuthorRange>& author, std::int64_t after,
      std::int32_t limit, Deadline deadline) = 0;
  // Counts it; the cost grows with what there is.
  virtual absl::StatusOr<AuthorFootprint> CountAuthor(SiteId site_id,
                                                      const std::vector<AuthorRange>& author,
                                                      Deadline deadline) = 0;

  // Takes back what the labels of the author up to a position teach, and has their texts blanked as
  // an erased comment's: at most `limit` samples (1 to kExportPageMax); answers how many. Meant for
  // those whose comment is not there: examples, and comments that retention took. Of `by` the
  // comment is not looked at. Later labels of an example that name no author are this one's, too.
  virtual absl::StatusOr<std::int64_t> EraseLabels(const EraseRequest& by,
                                                   const std::vector<AuthorRange>& author,
                                                   std::int64_t up_to, std::int32_t limit,
                                                   Deadline deadline) = 0;

  // Ids of retired HMAC keys under which authors of texts in the site's label log may have been
  // hashed: retirement counts comments alone. Reads the site's labels of before.
  virtual absl::StatusOr<std::vector<std::int32_t>> RetiredKeysOfLabels(SiteId site_id,
                                                                        Deadline deadline) = 0;

  // In the order of the log, without erased samples, and but for a history without labels that
  // teach nothing (LabelCap). A page shorter than the limit is the last.
  virtual absl::StatusOr<std::vector<ExportedLabel>> Labels(const LabelExportQuery& query,
                                                            Deadline deadline) = 0;

  // The newest first, at most kImportsListedMax. Reads every label that an import wrote.
  virtual absl::StatusOr<std::vector<ImportSummary>> Imports(SiteId site_id, Deadline deadline) = 0;

  // Bytes of a checkpoint from `offset` (from 0) on, at most `bytes_max`; fewer at its end.
  // NOT_FOUND: it was pruned.
  virtual absl::StatusOr<std::string> CheckpointPiece(std::int64_t checkpoint_id,
                                                      std::int64_t offset, std::int64_t bytes_max,
                                                      Deadline deadline) = 0;
};

}  // namespace replyguard::storage
