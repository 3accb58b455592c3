// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

namespace {

CheckResult CheckOne(const Lookup<SeenBefore>& seen, std::string_view what, std::string_view whose,
                     const SitePolicy& policy) {
  if (!seen.found()) return Abstain(seen, what, true);
  // This comment is one more than those seen before.
  if (seen->recent_count < policy.flood_count_max) return {};
  CheckResult result =
      Says(Opinion::kHold, code::kFlood,
           absl::StrCat("The same ", absl::string_view(whose.data(), whose.size()), " sent ",
                        seen->recent_count, " comments within ", policy.flood_window.count() / 1000,
                        " seconds; ", policy.flood_count_max, " are allowed."));
  result.score = static_cast<double>(seen->recent_count);
  return result;
}

}  // namespace

std::vector<CheckResult> CheckFlood(const Evidence& evidence, const SitePolicy& policy) {
  if (policy.flood_count_max == 0) return {CheckResult()};
  return {CheckOne(evidence.author, missing::kAuthorHistory, "author", policy),
          CheckOne(evidence.network, missing::kNetworkHistory, "address", policy)};
}

}  // namespace replyguard::service::policy
