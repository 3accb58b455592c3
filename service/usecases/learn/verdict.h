// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "classifier/model.h"
#include "service/policy/site_policy.h"
#include "storage/enums.h"

namespace replyguard::service {

// What the thresholds make of a probability, without rules and history. Pure.
inline storage::Verdict VerdictOf(const classifier::Result& result,
                                  const policy::SitePolicy& policy) {
  if (!result.training.trained) return storage::Verdict::kHold;
  if (result.probability >= policy.spam_threshold) return storage::Verdict::kSpam;
  if (result.probability <= policy.approve_threshold) return storage::Verdict::kApprove;
  return storage::Verdict::kHold;
}

}  // namespace replyguard::service
