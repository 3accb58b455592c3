// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Folds the log as generations do, without labels that are then asked about.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "service/policy/site_policy.h"
#include "service/usecases/learn/comparison.h"
#include "service/usecases/operate/work_progress.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"

namespace replyguard::service {

struct CompareInput {
  storage::LabelLog& labels;
  storage::GenerationStore& generations;               // of bases
  std::shared_ptr<const classifier::Starter> starter;  // null: none
  std::function<policy::SitePolicy(storage::SiteId)> policy_of;
  storage::Generation base;
  storage::Generation candidate;
  WorkProgress& progress;
  // What the candidate begins with, while no base of it is stored yet; null: as it says.
  classifier::Fold* candidate_begins = nullptr;
};

// Held out are, of the labels that neither leaves out, the newest tenth (kHeldOutMin to
// kNewestHeldOutMax) and of the older ones a twentieth of each class (at most
// kOlderHeldOutMax), the same ones every time. Nothing of their samples is learnt by either; what a
// sealed base has learnt stays. BLOCKS: reads the log three times, ahead of what is learnt, and
// learns it twice, and holds one model at a time, the features of what is held out, and some 60
// bytes of every label. TOO_FEW_LABELS; UNAVAILABLE and the like; CANCELLED as the progress says.
absl::StatusOr<Comparison> Compare(const CompareInput& input);

// The same of input.base alone; input.candidate has no say.
absl::StatusOr<ModelEvaluation> EvaluateOne(const CompareInput& input);

}  // namespace replyguard::service
