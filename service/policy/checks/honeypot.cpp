// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/checks/check.h"

namespace replyguard::service::policy {

std::vector<CheckResult> CheckHoneypot(const Evidence& evidence, const SitePolicy& policy) {
  if (!policy.honeypot || !evidence.honeypot_filled) return {CheckResult()};
  return {Says(Opinion::kSpam, code::kHoneypot, "A field that no person sees was filled in.")};
}

}  // namespace replyguard::service::policy
