// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"
#include "policy/rules/hosts.h"

namespace replyguard::service::policy {

std::vector<CheckResult> CheckLinks(const Evidence& evidence, const SitePolicy& policy) {
  if (policy.links_max == 0) return {CheckResult()};
  const std::size_t links = CountLinks(evidence.text.body);
  if (links < static_cast<std::size_t>(policy.links_max)) return {CheckResult()};
  CheckResult result =
      Says(Opinion::kHold, code::kLinksMax,
           absl::StrCat("It holds ", links, " links; from ", policy.links_max, " on it is held."));
  result.score = static_cast<double>(links);
  for (const Host& host : FindHosts(evidence.text.body)) {
    if (!host.is_link || host.is_part || result.spans.size() == kSpansMax) continue;
    result.spans.push_back(
        {static_cast<std::int32_t>(host.begin), static_cast<std::int32_t>(host.end)});
  }
  return {result};
}

}  // namespace replyguard::service::policy
