// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Writing to the label log, in the transaction of what teaches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "postgres/session.h"
#include "storage/label_log.h"

namespace replyguard::storage {

struct NewLabel {
  SiteId site_id = 0;
  LabelSource source = LabelSource::kHuman;
  std::string labelled_by;
  std::optional<DecisionId> decision_id;
  Timestamp at{};
  std::string import_id{};  // of an example; empty for none
  std::int32_t weight = 1;  // of an example
};

// The name of a comment's sample in the log.
std::string CommentSampleId(const CommentId& comment_id);

// What was appended.
struct Appended {
  std::int64_t position = 0;  // 0: the label and the sample are so already
  LabelCap cap = LabelCap::kNone;
};

// Appends to the log. Constructing it locks the head until the transaction ends, so it must be the
// last step before the commit; positions are then without gaps and become visible in their order.
// Each call compares with the label in force; a person's takes the place of a rule's also when it
// says the same. A person's or a rule's label beyond the site's TeachingCaps is written as one that
// teaches nothing; as the head is locked, no cap is ever passed. REQUIRES: what
// decides about a sample (its comment's row) is locked already.
class LabelAppender {
 public:
  explicit LabelAppender(Tx& tx);

  // label kNone is a retraction. The sample is the comment's text as this transaction sees it.
  Appended FromComment(const NewLabel& meta, const CommentId& comment_id, LabelClass label);
  // Puts the entry at position in force again, and teaches as it did, and as long as who said it
  // first is not left out; 0 is a retraction.
  Appended FromPosition(const NewLabel& meta, const CommentId& comment_id, std::int64_t position);
  // What the sample lacks of its author and network is taken from the rows that it has with the
  // same text.
  Appended FromSample(const NewLabel& meta, const std::string& sample_id, LabelClass label,
                      const LabelSample& sample);
  // A row without a label that says what SiteRecord::shared_learning is now, so that it takes
  // effect before the site's next label.
  void Setting(SiteId site_id, Timestamp at);

 private:
  Tx& tx_;
};

// Has the texts of a sample up to a position blanked once no model needs them.
void NoteLabelErasure(Tx& tx, SiteId site_id, const std::string& sample_id, std::int64_t position,
                      Timestamp at);

}  // namespace replyguard::storage
