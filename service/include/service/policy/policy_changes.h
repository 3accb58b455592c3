// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "service/policy/site_policy.h"

namespace replyguard::service::policy {

// One setting, by its name in the policy's JSON, with its values there.
struct PolicyChange {
  std::string name;
  std::string from, to;
};

// What tells two policies apart, in the order of the settings. Pure.
std::vector<PolicyChange> ChangesOf(const SitePolicy& from, const SitePolicy& to);

}  // namespace replyguard::service::policy
