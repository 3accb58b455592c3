// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/administer/tried_site.h"

#include <utility>

#include "usecases/storage_errors.h"

namespace replyguard::service {

absl::StatusOr<std::vector<policy::Rule>> RulesOf(storage::SiteStore& store, storage::SiteId site,
                                                  storage::Deadline deadline) {
  const auto records = store.ListRules(site, std::nullopt, storage::kRulePageMax, deadline);
  if (!records.ok()) return FromStorage(records.status());
  std::vector<policy::Rule> rules;
  rules.reserve(records->size() + 1);
  for (const storage::RuleRecord& record : *records) rules.push_back(RuleOf(record));
  return rules;
}

std::shared_ptr<const SiteView> TriedSite(const SiteView& site,
                                          const std::optional<policy::SitePolicy>& policy,
                                          const std::optional<policy::Rule>& tried,
                                          std::vector<policy::Rule> rules) {
  auto changed = std::make_shared<SiteView>(site);
  if (policy) changed->policy = *policy;
  if (!tried) return changed;
  policy::Rule rule = *tried;
  rule.id.clear();
  rule.log_only = false;
  rule.expires_at.reset();
  rules.push_back(std::move(rule));
  changed->rules = policy::RuleSet::Compile(std::move(rules));
  return changed;
}

}  // namespace replyguard::service
