// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/policy/policy_changes.h"
#include "service/policy/site_policy.h"

namespace replyguard::service::policy {
namespace {

namespace reason = validation::reason;
using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr std::array<std::pair<Mode, std::string_view>, 3> kModes = {{
    {Mode::kClassifier, "CLASSIFIER"},
    {Mode::kModerateAll, "MODERATE_ALL"},
    {Mode::kApproveTrusted, "APPROVE_TRUSTED"},
}};

constexpr std::array<std::pair<bool validation::SiteForm::*, std::string_view>, 3> kFields = {{
    {&validation::SiteForm::author_name, "AUTHOR_NAME"},
    {&validation::SiteForm::author_email, "AUTHOR_EMAIL"},
    {&validation::SiteForm::author_url, "AUTHOR_URL"},
}};

constexpr std::string_view kBody = "BODY";

// Reads the members of one object; what nobody asked for is unknown.
class MemberReader {
 public:
  MemberReader(const Json& object, validation::Violations& violations)
      : object_(object), violations_(violations) {}

  void Read(const char* key, bool& out) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) return Refuse(key, reason::kValueInvalid, "is not true or false");
    out = value->get<bool>();
  }
  void Read(const char* key, double& out) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    if (!value->is_number()) return Refuse(key, reason::kValueInvalid, "is not a number");
    out = value->get<double>();
  }
  void Read(const char* key, std::int32_t& out) {
    std::int64_t value = out;
    if (ReadWhole(key, std::numeric_limits<std::int32_t>::max(), value))
      out = static_cast<std::int32_t>(value);
  }
  void Read(const char* key, milliseconds& out) {
    std::int64_t value = out.count();
    // Far above every bound that CheckSitePolicy knows, far below overflow.
    if (ReadWhole(key, std::int64_t{1} << 50, value)) out = milliseconds(value);
  }
  void Read(const char* key, Mode& out) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    for (const auto& [mode, name] : kModes) {
      if (value->is_string() && value->get_ref<const std::string&>() == name) {
        out = mode;
        return;
      }
    }
    Refuse(key, reason::kValueInvalid, "is no mode");
  }
  void Read(const char* key, validation::SiteForm& out) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    if (!value->is_array()) return Refuse(key, reason::kValueInvalid, "is no list of fields");
    validation::SiteForm form{.author_name = false, .author_email = false, .author_url = false};
    for (const Json& element : *value) {
      bool known = element == kBody;
      for (const auto& [member, name] : kFields) {
        if (element != name) continue;
        form.*member = true;
        known = true;
      }
      if (!known) return Refuse(key, reason::kValueInvalid, "names an unknown field");
    }
    out = form;
  }

  void RefuseTheRest() {
    for (const auto& [key, value] : object_.items()) {
      // A key is an operator's text: only its length is bounded before it is quoted.
      if (!asked_.contains(key))
        Refuse(key.substr(0, 64).c_str(), reason::kUnknownField, "is unknown");
    }
  }

 private:
  const Json* Find(const char* key) {
    asked_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  bool ReadWhole(const char* key, std::int64_t max, std::int64_t& out) {
    const Json* value = Find(key);
    if (value == nullptr) return false;
    if (!value->is_number_integer()) {
      Refuse(key, reason::kValueInvalid, "is not a whole number");
      return false;
    }
    const bool huge = value->is_number_unsigned() &&
                      value->get<std::uint64_t>() > static_cast<std::uint64_t>(max);
    if (huge || value->get<std::int64_t>() < 0) {
      Refuse(key, reason::kOutOfRange, "is out of range");
      return false;
    }
    out = value->get<std::int64_t>();
    return true;
  }

  void Refuse(const char* key, std::string_view why, std::string_view what) {
    violations_.Add(key, why, "The value " + std::string(what) + ".");
  }

  const Json& object_;
  validation::Violations& violations_;
  std::set<std::string, std::less<>> asked_;
};

// One place that names every member, for reading and for writing. `visit(key, value)` is called for
// each.
template <typename Policy, typename Visit>
void ForEachMember(Policy& policy, Visit visit) {
  visit("mode", policy.mode);
  visit("required_fields", policy.required_fields);
  visit("spam_threshold", policy.spam_threshold);
  visit("approve_threshold", policy.approve_threshold);
  visit("blatant_threshold", policy.blatant_threshold);
  visit("hold_first_time_authors", policy.hold_first_time_authors);
  visit("links_max", policy.links_max);
  visit("close_after_days", policy.close_after_days);
  visit("flood_count_max", policy.flood_count_max);
  visit("flood_window_ms", policy.flood_window);
  visit("duplicate_window_ms", policy.duplicate_window);
  visit("honeypot", policy.honeypot);
  visit("fill_time_min_ms", policy.fill_time_min);
  visit("trust_typed_identity", policy.trust_typed_identity);
  visit("trusted_after_count", policy.trusted_after_count);
  visit("blind_sample_rate", policy.blind_sample_rate);
}

Json ToJson(bool value) { return value; }
Json ToJson(double value) { return value; }
Json ToJson(std::int32_t value) { return value; }
Json ToJson(milliseconds value) { return value.count(); }
Json ToJson(Mode value) {
  for (const auto& [mode, name] : kModes) {
    if (mode == value) return std::string(name);
  }
  return nullptr;
}
Json ToJson(const validation::SiteForm& form) {
  Json list = Json::array({std::string(kBody)});
  for (const auto& [member, name] : kFields) {
    if (form.*member) list.push_back(std::string(name));
  }
  return list;
}

absl::Status Refused(const validation::Violations& violations) {
  std::string message = "site policy:";
  for (const validation::Violation& violation : violations.List()) {
    absl::StrAppend(&message, " ", violation.field, ": ", violation.description);
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

std::string SitePolicyToJson(const SitePolicy& policy) {
  Json object = Json::object();
  ForEachMember(policy,
                [&object](const char* key, const auto& value) { object[key] = ToJson(value); });
  return object.dump();
}

std::vector<PolicyChange> ChangesOf(const SitePolicy& from, const SitePolicy& to) {
  Json before = Json::object();
  ForEachMember(from, [&](const char* key, const auto& value) { before[key] = ToJson(value); });
  const auto text = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::vector<PolicyChange> changes;
  ForEachMember(to, [&](const char* key, const auto& value) {
    const Json after = ToJson(value);
    if (after != before[key]) changes.push_back({key, text(before[key]), text(after)});
  });
  return changes;
}

absl::StatusOr<SitePolicy> SitePolicyFromJson(std::string_view json) {
  if (json.size() > kPolicyJsonBytesMax)
    return absl::InvalidArgumentError("site policy: too large");
  validation::Violations violations;
  std::set<std::string> keys;
  const auto note_doubles = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 &&
        !keys.insert(parsed.get<std::string>()).second) {
      violations.Add(parsed.get<std::string>().substr(0, 64), reason::kDuplicate,
                     "The key stands there twice.");
    }
    return true;
  };
  const Json object = Json::parse(json, note_doubles, /*allow_exceptions=*/false);
  if (!object.is_object()) return absl::InvalidArgumentError("site policy: not a JSON object");
  SitePolicy policy;
  MemberReader reader(object, violations);
  ForEachMember(policy, [&reader](const char* key, auto& value) { reader.Read(key, value); });
  reader.RefuseTheRest();
  violations.Add(CheckSitePolicy(policy, ""));
  if (!violations.empty()) return Refused(violations);
  return policy;
}

}  // namespace replyguard::service::policy
