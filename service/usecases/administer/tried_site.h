// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A site as it would be with another policy or a further rule.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/administer/site_directory.h"
#include "storage/site_store.h"

namespace replyguard::service {

// Every rule of the site as stored. BLOCKS.
absl::StatusOr<std::vector<policy::Rule>> RulesOf(storage::SiteStore& store, storage::SiteId site,
                                                  storage::Deadline deadline);

// The site with `policy`, if given, and with `tried`, if given, beside `rules`, which are those of
// the site. The rule tried has no id; it decides, and does not expire. Without one `rules` are not
// looked at.
std::shared_ptr<const SiteView> TriedSite(const SiteView& site,
                                          const std::optional<policy::SitePolicy>& policy,
                                          const std::optional<policy::Rule>& tried,
                                          std::vector<policy::Rule> rules);

}  // namespace replyguard::service
