// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a generation may be activated without force. Thread-safety: pure functions.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "service/usecases/learn/comparison.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// OK, or WORSE_HAM_LOSS when the candidate loses more of the held-out good comments, counted or
// weighted, than the upper bound of what the base loses, or else WORSE_SPAM_MISS when it misses
// more of the held-out spam than the upper bound of what the base misses.
absl::Status CheckGate(const Comparison& comparison);

// Who was refused by it, with the figures and without the changed verdicts.
storage::ActivationRefusal RefusalOf(const Comparison& comparison, const std::string& attempted_by,
                                     storage::Timestamp now);

}  // namespace replyguard::service
