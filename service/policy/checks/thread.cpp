// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

// The state is always wanted: a comment in a closed thread must not slip through a look-up that
// failed.
std::vector<CheckResult> CheckThread(const Evidence& evidence, const SitePolicy& policy) {
  if (!evidence.thread.found()) return {Abstain(evidence.thread, missing::kThread, true)};
  if (evidence.thread->closed) {
    return {Says(Opinion::kRefuse, code::kThreadClosed, "The thread is closed.")};
  }
  if (policy.close_after_days > 0 && evidence.thread->published_at) {
    const auto age = evidence.now - *evidence.thread->published_at;
    if (age >= std::chrono::hours(24) * policy.close_after_days) {
      CheckResult result = Says(Opinion::kRefuse, code::kThreadTooOld,
                                absl::StrCat("The thread was published more than ",
                                             policy.close_after_days, " days ago."));
      result.score = std::chrono::duration<double, std::ratio<86'400>>(age).count();
      return {result};
    }
  }
  return {CheckResult()};
}

}  // namespace replyguard::service::policy
