// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The label log: the truth that every model is a fold of. Append-only, numbered from 1 without gaps
// over all sites; labels become visible in the order of their numbers, so that "applied up to N"
// says everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/enums.h"
#include "storage/teaching_caps.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::size_t kLabelBatchMax = 500;
inline constexpr std::int32_t kLabelReadMax = 5000;
inline constexpr std::int32_t kJudgedReadMax = 20'000;
inline constexpr std::size_t kImportIdBytesMax = 63;
// A label counts as so many comments: 1 (normal) to this.
inline constexpr std::int32_t kLabelWeightMax = 3;

// Drawn for each row of the log, and kept by it whatever is erased. A standby that takes over
// without the last commits gives their positions to other labels: those have other marks. Nothing:
// the row was written before there were marks.
using LabelMark = std::optional<Uuid>;

// Whether they may be of the same row.
inline bool MayBeSame(const LabelMark& a, const LabelMark& b) { return !a || !b || *a == *b; }

// What a label teaches from: the label's own copy of the masked comment.
struct LabelSample {
  std::string body{};
  std::string author_name{};
  std::string author_email_domain{};
  std::string author_url{};
  std::string user_agent{};
  std::string language{};
  std::string author_hash{};  // raw bytes
  std::string ip_hash{};      // raw bytes
  // As CommentRecord::context_json: a JSON object whose shape the service owns, copied with the
  // comment; empty for none.
  std::string context_json{};
  // Erased: everything above is empty. Both the label and its retraction are then; a fold over both
  // changes nothing, and no checkpoint older than the retraction is kept.
  bool erased = false;

  friend bool operator==(const LabelSample&, const LabelSample&) = default;
};

struct LabelState {
  LabelClass label = LabelClass::kHam;  // not kNone
  LabelSample sample{};
  std::int32_t weight = 1;  // to kLabelWeightMax
};

// One step of the log: take the old away, if any; add the new, if any. At least one is set, but for
// a setting, which has neither. A label that a cap keeps from teaching counts as none on both
// sides.
struct LabelEntry {
  std::int64_t position = 0;  // from 1
  SiteId site_id = 0;
  // "c:" and the comment's hex, or "x:" and the example's external id; empty for a setting.
  std::string sample_id{};
  LabelSource source = LabelSource::kHuman;
  std::optional<LabelState> old_state{};
  std::optional<LabelState> new_state{};
  std::string labelled_by{};  // public id of the key, or RuleExclusion; empty for a setting
  std::string import_id{};    // empty for none
  Timestamp labelled_at{};
  // Whether the site shared what it learns when this was written (SiteRecord::shared_learning).
  bool shares = false;
  // By ReadWithout: what it said is not to count.
  bool left_out = false;
  // Why the new label is none that teaches; InForce answers new_state all the same.
  LabelCap cap = LabelCap::kNone;
  // By Read and ReadWithout: its own, and that of the row before it, of one and the same log.
  LabelMark mark{};
  LabelMark mark_before{};
};

// Where a log ends, and the mark that it has at a position.
struct LogPlace {
  std::int64_t head_position = 0;  // as HeadPosition
  LabelMark mark{};                // nothing where there is no row
};

// A labelled example that is not a comment of the site.
struct ExternalLabel {
  std::string external_id{};  // 1 to 128 bytes
  // kNone takes an earlier label back.
  LabelClass label = LabelClass::kHam;
  LabelSample sample{};
  // The import that it belongs to: at most kImportIdBytesMax of [A-Za-z0-9._-]; empty for none.
  std::string import_id{};
  std::int32_t weight = 1;  // to kLabelWeightMax
};

struct ExternalLabelResult {
  // False when it was so already, or when the example is a comment of this site that came back from
  // an export ("c:" and its hex): the site's own log knows better.
  bool learnt = false;
  // Where it stands in the log, when learnt.
  std::int64_t position = 0;
};

struct LabelCounts {
  std::int64_t ham_count = 0;
  std::int64_t spam_count = 0;
};

// Which comments of a site tell how good the machine's scores are.
struct JudgedQuery {
  SiteId site_id = 0;
  // Of the assessment: its model's id begins so, and its details hold one of these texts (of the
  // service's own JSON; storage does not know what they mean).
  std::string model_id_prefix;
  std::vector<std::string> details;
  // The same of those that the machine decided alone (whose verdict was not HOLD), on top.
  std::vector<std::string> decided;
  // How many labels of people are looked at, newest first: 1 to kJudgedReadMax.
  std::int32_t limit = kJudgedReadMax;
};

// Where a page of labels in force ends, and who is left out.
struct InForceQuery {
  SiteId site_id = 0;
  std::vector<std::string> excluded{};  // as ReadWithout
  std::int64_t as_of = 0;               // position; what was written later does not count
  std::int64_t before = 0;              // only labels at lower positions
  std::int32_t limit = kLabelReadMax;   // 1 to kLabelReadMax
};

// What the machine said of a comment when it came, and what a person said later.
struct JudgedComment {
  std::int64_t score = 0;  // as Assessment::score
  LabelClass label = LabelClass::kHam;
  double probability = 0;  // as Assessment::probability
  // With which it came before people: 1 for what was held, that of its draw for what was drawn and
  // has the label that its first decision gave it, blind unless a reader had reported it. Nothing:
  // the machine had decided it, and people knew what became of it.
  std::optional<double> inclusion_probability{};
  bool drawn = false;  // and has its first decision's label
  Timestamp received_at{};
};

// An import of a site as ReadWithout and Generation::excluded name it. No key's id looks so.
std::string ImportExclusion(SiteId site_id, const std::string& import_id);
// The same of a rule, which also labels under this name. No key's id and no import looks so.
std::string RuleExclusion(SiteId site_id, const RuleId& rule_id);

// Thread-safe.
class LabelLog {
 public:
  virtual ~LabelLog() = default;

  // All or nothing, in the order given; the same external id twice in a call behaves as in two
  // calls. An example with the label and sample it has already changes nothing, and a missing
  // author or network is the one known of the same text under its id. At most kLabelBatchMax.
  virtual absl::StatusOr<std::vector<ExternalLabelResult>> Append(
      SiteId site_id, const std::vector<ExternalLabel>& labels, LabelSource source,
      const std::string& labelled_by, Timestamp now, Deadline deadline) = 0;

  // Entries with position > after, by position without gaps, at most limit (1 to kLabelReadMax).
  // Empty: none yet.
  virtual absl::StatusOr<std::vector<LabelEntry>> Read(std::int64_t after, std::int32_t limit,
                                                       Deadline deadline) = 0;

  // The same as if what `excluded` names had never labelled, each the public id of a key, an
  // import (ImportExclusion) or a rule (RuleExclusion): of their labels, which are left_out,
  // nothing but the position, source and author are left (no sample_id), and old_state is what the
  // sample held without them. A label that they took back stays taken back: it may be one of an
  // erased comment.
  virtual absl::StatusOr<std::vector<LabelEntry>> ReadWithout(
      const std::vector<std::string>& excluded, std::int64_t after, std::int32_t limit,
      Deadline deadline) = 0;

  // Labels of the site in force as of a position, newest first, each with new_state and without
  // old_state; those that a cap keeps from teaching too. Erased ones are left out.
  virtual absl::StatusOr<std::vector<LabelEntry>> InForce(const InForceQuery& query,
                                                          Deadline deadline) = 0;

  // The newest position that can be read; 0 for an empty log.
  virtual absl::StatusOr<std::int64_t> HeadPosition(Deadline deadline) = 0;

  // The same, and the mark at a position, at one moment.
  virtual absl::StatusOr<LogPlace> Look(std::int64_t position, Deadline deadline) = 0;

  // Samples of the site that carry each label now. Reads the site's labels: for operators, not for
  // the hot path.
  virtual absl::StatusOr<LabelCounts> Counts(SiteId site_id, Deadline deadline) = 0;

  // Comments that carry a person's label now, newest label first. Without those that were edited:
  // their present text may have been judged by a model that had learnt the one before. For
  // operators, as Counts.
  virtual absl::StatusOr<std::vector<JudgedComment>> Judged(const JudgedQuery& query,
                                                            Deadline deadline) = 0;

  // Whether the machine decided any of the site's newest kJudgedReadMax comments alone that the
  // query means, judged since or not.
  virtual absl::StatusOr<bool> DecidedAlone(const JudgedQuery& query, Deadline deadline) = 0;

  // JudgedComment::inclusion_probability of each, in the order given; also nothing for a comment
  // that was edited or that is not there.
  virtual absl::StatusOr<std::vector<std::optional<double>>> Inclusions(
      SiteId site_id, const std::vector<CommentId>& comments, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
