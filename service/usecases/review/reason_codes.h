// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which reason codes a site's moderators may give.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "service/validation/violation.h"
#include "storage/review_store.h"

namespace replyguard::service {

// Offered while a site has no list of its own. They bind nobody.
const std::vector<storage::ReasonCode>& BuiltInReasonCodes();

// The form of a code, and, where the site has a list of its own, that the code is on it and goes
// with the action.
void CheckListedReason(const std::vector<storage::ReasonCode>& own, std::string_view code,
                       storage::DecisionAction action, std::string_view field,
                       validation::Violations& violations);

}  // namespace replyguard::service
