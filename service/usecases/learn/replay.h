// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A generation's model as it stood earlier: the label log, learnt again in order.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"

namespace replyguard::service {

class Replay {
 public:
  // `labels` outlives it. `fold`: what the generation begins with (BeginFold). What a sealed base
  // has learnt it knows from the beginning.
  Replay(storage::LabelLog& labels, classifier::Fold fold, storage::Generation generation);

  // BLOCKS. Learns what was labelled before this comment came, and nothing of the comment itself or
  // of later ones of its site, whatever the clocks said. REQUIRES: comments of one site, in order
  // of receipt. DEADLINE_EXCEEDED; UNAVAILABLE and the like.
  absl::Status AdvanceTo(storage::SiteId site, const storage::CommentId& comment,
                         storage::Deadline deadline);

  // The model then; until the next AdvanceTo.
  std::shared_ptr<const classifier::Model> Present() const { return fold_.Present(); }

 private:
  // Whether there is a next entry; reads a page when needed.
  absl::StatusOr<bool> HasNext(storage::Deadline deadline);

  storage::LabelLog& labels_;
  const storage::Generation generation_;
  classifier::Fold fold_;
  classifier::Extractor extractor_;
  std::vector<storage::LabelEntry> page_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

}  // namespace replyguard::service
