// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/administer/site_changes.h"

#include <optional>
#include <string_view>
#include <utility>

#include "service/policy/policy_changes.h"
#include "service/policy/site_policy.h"
#include "usecases/audit.h"

namespace replyguard::service {
namespace {

class Differences {
 public:
  // Takes from `wanted` what is so already; answers whether it differs.
  template <typename Value>
  bool Keep(const Value& present, std::optional<Value>& wanted) {
    if (wanted && *wanted == present) wanted.reset();
    return wanted.has_value();
  }

  void Add(std::string_view name) {
    Append(names_, name);
    Append(full_, name);
  }
  void Add(const std::string& name, std::string_view from, std::string_view to) {
    Append(names_, name);
    Append(full_, name);
    full_.append(": ").append(from).append(" -> ").append(to);
  }
  void AddNumber(const std::string& name, std::int32_t present,
                 std::optional<std::int32_t>& wanted) {
    if (Keep(present, wanted)) Add(name, std::to_string(present), std::to_string(*wanted));
  }
  void AddPolicy(const std::string& present, std::optional<std::string>& wanted) {
    if (!wanted) return;
    const auto before = policy::SitePolicyFromJson(present.empty() ? "{}" : present);
    const auto after = policy::SitePolicyFromJson(*wanted);
    if (!before.ok() || !after.ok()) return Add("policy");  // a newer version's
    const std::vector<policy::PolicyChange> changes = policy::ChangesOf(*before, *after);
    for (const policy::PolicyChange& change : changes) {
      Add("policy." + change.name, change.from, change.to);
    }
    if (changes.empty()) wanted.reset();
  }

  std::string Take() && { return std::move(full_.size() > kAuditSummaryBytesMax ? names_ : full_); }

 private:
  static void Append(std::string& to, std::string_view name) {
    to.append(to.empty() ? "" : ", ").append(name);
  }

  std::string names_;
  std::string full_;
};

std::string_view Word(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string KeepDifferences(const storage::SiteRecord& present, storage::SiteChange& change) {
  Differences found;
  if (found.Keep(present.display_name, change.display_name)) found.Add("display_name");
  if (found.Keep(present.languages, change.languages)) found.Add("languages");
  if (found.Keep(present.shared_learning, change.shared_learning)) {
    found.Add("shared_learning", Word(present.shared_learning), Word(*change.shared_learning));
  }
  const storage::TeachingCaps& caps = present.teaching_caps;
  found.AddNumber("teaching_limits.labels_by_key_max", caps.by_key_max, change.by_key_max);
  found.AddNumber("teaching_limits.labels_of_author_max", caps.of_author_max, change.of_author_max);
  found.AddNumber("teaching_limits.labels_of_network_max", caps.of_network_max,
                  change.of_network_max);
  found.AddPolicy(present.policy_json, change.policy_json);
  return std::move(found).Take();
}

}  // namespace replyguard::service
