// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What people said of a site's comments, weighted so that it speaks for all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/model.h"
#include "classifier/threshold.h"
#include "storage/label_log.h"

namespace replyguard::service {

struct JudgedEvidence {
  struct Item {
    classifier::JudgedScore judged;  // weighs 1 / the probability of having come before people
    double probability = 0;          // as it was said
  };
  std::vector<Item> items;
  std::int64_t spam_count = 0;
  std::int64_t blind_count = 0;  // of items, drawn blind
  // Judged, but not chosen by chance.
  std::int64_t left_out_count = 0;
};

// Comments that a trained model of `kind` (up to the epoch) judged and whose fate the site's
// thresholds decide: rules and trust do not. What was held was judged by people one and all; what
// the machine decided alone counts when it was drawn blind. Before the first draw nothing stands
// for what the machine decided: what came before it is left out, held or not. BLOCKS.
// TOO_FEW_JUDGED when the machine decides alone and nothing that was drawn has been judged;
// UNAVAILABLE and the like.
absl::StatusOr<JudgedEvidence> GatherEvidence(storage::LabelLog& labels, storage::SiteId site,
                                              const classifier::ModelId& kind,
                                              storage::Deadline deadline);

}  // namespace replyguard::service
