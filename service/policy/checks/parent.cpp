// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/checks/check.h"

namespace replyguard::service::policy {

std::vector<CheckResult> CheckParent(const Evidence& evidence, const SitePolicy&) {
  if (!evidence.parent.found()) return {Abstain(evidence.parent, missing::kParent, true)};
  if (!evidence.parent->in_thread) {
    return {Says(Opinion::kRefuse, code::kParentNotInThread,
                 "The comment it replies to is not in this thread.")};
  }
  return {CheckResult()};
}

}  // namespace replyguard::service::policy
