// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a change of a site would change. Pure.
#pragma once

#include <string>

#include "storage/site_store.h"

namespace replyguard::service {

// Leaves in the change what differs from the present, and says it for the audit trail: what holds
// texts by its name, what is short and nobody's with both values ("policy.mode: CLASSIFIER ->
// MODERATE_ALL"), and all by name only where that is too long for a summary. Empty where nothing
// differs. REQUIRES: a policy, if there is one, that SitePolicyToJson() wrote.
std::string KeepDifferences(const storage::SiteRecord& present, storage::SiteChange& change);

}  // namespace replyguard::service
