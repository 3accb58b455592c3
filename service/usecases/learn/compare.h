// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Folds the log twice, as two generations do, without labels that are then asked about.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "classifier/starter.h"
#include "service/policy/site_policy.h"
#include "service/usecases/learn/comparison.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"

namespace replyguard::service {

struct CompareInput {
  storage::LabelLog& labels;
  std::shared_ptr<const classifier::Starter> starter;  // null: none
  std::function<policy::SitePolicy(storage::SiteId)> policy_of;
  storage::Generation base;
  storage::Generation candidate;
};

// Held out are, of the labels that neither leaves out, the newest tenth (at least kHeldOutMin) and
// of the older ones a twentieth of each class, the same ones every time. Nothing of their samples
// is learnt by either. BLOCKS: reads the log three times, learns it twice, and holds both models.
// TOO_FEW_LABELS; DEADLINE_EXCEEDED; UNAVAILABLE and the like.
absl::StatusOr<Comparison> Compare(const CompareInput& input, storage::Deadline deadline);

}  // namespace replyguard::service
