// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/excluded_names.h"

#include <optional>
#include <string>
#include <vector>

#include "service/rpc/convert/account.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "storage/label_log.h"

namespace replyguard::service::rpc {

absl::StatusOr<std::vector<std::string>> ExcludedOf(const UseCases& use_cases,
                                                    const CallContext& call,
                                                    const ExcludedNames& names) {
  std::vector<std::string> excluded;
  for (const std::string& name : names.api_keys) {
    const std::optional<std::string> key = ParseApiKeyName(name);
    if (!key) return BadName("excluded_api_keys", name, "apiKeys/{key}");
    excluded.push_back(*key);
  }
  for (const std::string& name : names.people) {
    const std::optional<std::string> handle = ParsePersonName(name);
    if (!handle) return BadName("excluded_people", name, "people/{handle}");
    excluded.push_back(PersonName(*handle));
  }
  for (const std::string& name : names.imports) {
    const std::optional<NestedName> import = ParseImportName(name);
    if (!import) return BadName("excluded_imports", name, "sites/{site}/imports/{import}");
    const auto site = use_cases.directory.Enter(*call.principal, Permission::kTrain, import->site);
    if (!site.ok()) return site.status();
    excluded.push_back(storage::ImportExclusion((*site)->record.site_id, import->rest));
  }
  for (const std::string& name : names.rules) {
    const std::optional<UuidName> rule = ParseUuidName(name, "rules");
    if (!rule) return BadName("excluded_rules", name, "sites/{site}/rules/{rule}");
    const auto site = use_cases.directory.Enter(*call.principal, Permission::kTrain, rule->site);
    if (!site.ok()) return site.status();
    excluded.push_back(storage::RuleExclusion((*site)->record.site_id, rule->id));
  }
  return excluded;
}

}  // namespace replyguard::service::rpc
