// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the use cases do, for metrics. Never a text, a name or an address.
#pragma once

#include <chrono>
#include <optional>

#include "storage/enums.h"

namespace replyguard::service {

struct SubmissionSeen {
  storage::Verdict verdict = storage::Verdict::kHold;
  // Of spam, 0 to 1; nothing when the classifier did not score.
  std::optional<double> probability;
  // The share of features that the model had never seen, 0 to 1.
  std::optional<double> novelty;
  // From its arrival to its being stored.
  std::chrono::microseconds took{0};
};

// Thread-safe. Called on threads that must not block; must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  // A comment was stored (and answered for the first time).
  virtual void OnSubmission(const SubmissionSeen& seen) = 0;
  // A person decided on a comment of which the machine had first said `machine`.
  virtual void OnDecision(storage::DecisionAction action, storage::Verdict machine) = 0;
  // The learner applied a label of the log while it served, so long after it was given. kNone: one
  // was taken back.
  virtual void OnLabel(storage::LabelSource source, storage::LabelClass label,
                       std::chrono::microseconds lag) = 0;
};

}  // namespace replyguard::service
