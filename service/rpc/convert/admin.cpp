// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/admin.h"

#include <string>
#include <utility>

#include "service/rpc/convert/basic.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/etag.h"

namespace replyguard::service::rpc {
namespace {

template <typename Proto, typename Ours>
constexpr bool Same(Proto proto, Ours ours) {
  return static_cast<int>(proto) == static_cast<int>(ours);
}
static_assert(Same(v1::Policy::MODE_CLASSIFIER, policy::Mode::kClassifier));
static_assert(Same(v1::Policy::MODE_MODERATE_ALL, policy::Mode::kModerateAll));
static_assert(Same(v1::Policy::MODE_APPROVE_TRUSTED, policy::Mode::kApproveTrusted));
static_assert(Same(v1::Rule::KIND_WORD, storage::RuleKind::kWord));
static_assert(Same(v1::Rule::KIND_DOMAIN, storage::RuleKind::kDomain));
static_assert(Same(v1::Rule::KIND_CIDR, storage::RuleKind::kCidr));
static_assert(Same(v1::Rule::KIND_AUTHOR, storage::RuleKind::kAuthor));
static_assert(Same(v1::Rule::ACTION_SPAM, storage::RuleAction::kSpam));
static_assert(Same(v1::Rule::ACTION_HOLD, storage::RuleAction::kHold));
static_assert(Same(v1::Rule::ACTION_APPROVE, storage::RuleAction::kApprove));
static_assert(Same(v1::Rule::ACTION_DISCARD, storage::RuleAction::kDiscard));
static_assert(Same(v1::ApiKey::ROLE_BACKEND, storage::KeyRole::kBackend));
static_assert(Same(v1::ApiKey::ROLE_MODERATOR, storage::KeyRole::kModerator));
static_assert(Same(v1::ApiKey::ROLE_OPERATOR, storage::KeyRole::kOperator));

void Refuse(validation::Violations& violations, std::string_view path, std::string_view field,
            std::string_view reason, std::string_view description) {
  violations.Add(std::string(path) + std::string(field), reason, description);
}

void ReadDuration(const google::protobuf::Duration& in, std::string_view path,
                  std::string_view field, validation::Violations& violations,
                  std::chrono::milliseconds& out) {
  if (const auto duration = FromProto(in)) {
    out = *duration;
  } else {
    Refuse(violations, path, field, "OUT_OF_RANGE", "Must be a valid duration.");
  }
}

validation::SiteForm FormOf(const v1::Policy& in, std::string_view path,
                            validation::Violations& violations) {
  if (in.required_fields().empty()) return {};
  validation::SiteForm form{false, false, false};
  for (const int field : in.required_fields()) {
    switch (field) {
      case v1::Policy::FIELD_BODY:
        break;
      case v1::Policy::FIELD_AUTHOR_NAME:
        form.author_name = true;
        break;
      case v1::Policy::FIELD_AUTHOR_EMAIL:
        form.author_email = true;
        break;
      case v1::Policy::FIELD_AUTHOR_URL:
        form.author_url = true;
        break;
      default:  // a number of the wire, not an enum of ours
        Refuse(violations, path, "required_fields", "VALUE_INVALID",
               "Must hold known fields only.");
        break;
    }
  }
  return form;
}

std::optional<storage::Timestamp> ReadTime(const google::protobuf::Timestamp& in,
                                           std::string_view path, std::string_view field,
                                           validation::Violations& violations) {
  std::optional<storage::Timestamp> time = FromProto(in);
  if (!time) Refuse(violations, path, field, "OUT_OF_RANGE", "Must be a valid time.");
  return time;
}

Role RoleOf(v1::ApiKey::Role role, validation::Violations& violations, std::string_view path) {
  switch (static_cast<int>(role)) {
    case v1::ApiKey::ROLE_BACKEND:
      return Role::kBackend;
    case v1::ApiKey::ROLE_MODERATOR:
      return Role::kModerator;
    case v1::ApiKey::ROLE_OPERATOR:
      return Role::kOperator;
    default:  // a number of the wire, not an enum of ours
      Refuse(violations, path, "role", "VALUE_INVALID",
             "Must be ROLE_BACKEND, ROLE_MODERATOR or ROLE_OPERATOR.");
      return Role::kBackend;
  }
}

}  // namespace

void ToProto(const policy::SitePolicy& policy, std::int64_t revision, v1::Policy* out) {
  out->set_revision(revision);
  out->set_mode(static_cast<v1::Policy::Mode>(policy.mode));
  out->add_required_fields(v1::Policy::FIELD_BODY);
  if (policy.required_fields.author_name) {
    out->add_required_fields(v1::Policy::FIELD_AUTHOR_NAME);
  }
  if (policy.required_fields.author_email) {
    out->add_required_fields(v1::Policy::FIELD_AUTHOR_EMAIL);
  }
  if (policy.required_fields.author_url) out->add_required_fields(v1::Policy::FIELD_AUTHOR_URL);
  out->set_spam_threshold(policy.spam_threshold);
  out->set_approve_threshold(policy.approve_threshold);
  out->set_blatant_threshold(policy.blatant_threshold);
  out->set_hold_first_time_authors(policy.hold_first_time_authors);
  out->set_links_max(policy.links_max);
  out->set_close_after_days(policy.close_after_days);
  out->set_flood_count_max(policy.flood_count_max);
  ToProto(policy.flood_window, out->mutable_flood_window());
  ToProto(policy.duplicate_window, out->mutable_duplicate_window());
  out->set_honeypot(policy.honeypot);
  ToProto(policy.fill_time_min, out->mutable_fill_time_min());
  out->set_trust_typed_identity(policy.trust_typed_identity);
  out->set_trusted_after_count(policy.trusted_after_count);
  out->set_blind_sample_rate(policy.blind_sample_rate);
}

void ToProto(const SiteInfo& site, v1::Site* out) {
  out->set_name(SiteName(site.record.slug));
  out->set_display_name(site.record.display_name);
  for (const std::string& language : site.record.languages) out->add_languages(language);
  ToProto(site.policy, site.record.policy_revision, out->mutable_policy());
  ToProto(site.record.created_at, out->mutable_create_time());
  ToProto(site.record.updated_at, out->mutable_update_time());
  out->set_etag(EtagOf(site.record.revision));
  out->set_shared_learning(site.record.shared_learning);
  const storage::TeachingCaps& caps = site.record.teaching_caps;
  out->mutable_teaching_limits()->set_labels_by_key_max(caps.by_key_max);
  out->mutable_teaching_limits()->set_labels_of_author_max(caps.of_author_max);
  out->mutable_teaching_limits()->set_labels_of_network_max(caps.of_network_max);
}

void ToProto(std::string_view site, const storage::RuleRecord& rule, v1::Rule* out) {
  out->set_name(RuleName(site, rule.rule_id));
  out->set_kind(static_cast<v1::Rule::Kind>(rule.kind));
  out->set_pattern(rule.pattern);
  out->set_action(static_cast<v1::Rule::Action>(rule.action));
  out->set_reason(rule.reason);
  if (rule.expires_at) ToProto(*rule.expires_at, out->mutable_expire_time());
  out->set_log_only(rule.log_only);
  out->set_teaches(rule.teaches);
  ToProto(rule.created_at, out->mutable_create_time());
  out->set_creator_key_id(rule.creator_key_id);
}

void ToProto(const ApiKeys::KeyInfo& key, v1::ApiKey* out) {
  out->set_name(ApiKeyName(key.record.key_id));
  out->set_display_name(key.record.display_name);
  out->set_role(static_cast<v1::ApiKey::Role>(key.record.role));
  if (key.site) out->set_site(SiteName(*key.site));
  ToProto(key.record.created_at, out->mutable_create_time());
  if (key.record.expires_at) ToProto(*key.record.expires_at, out->mutable_expire_time());
  if (key.record.revoked_at) ToProto(*key.record.revoked_at, out->mutable_revoke_time());
  if (key.record.last_used_at) ToProto(*key.record.last_used_at, out->mutable_last_use_time());
  if (key.record.call_rate) {
    out->mutable_call_rate()->set_per_second(key.record.call_rate->per_second);
    out->mutable_call_rate()->set_burst(key.record.call_rate->burst);
  }
}

policy::SitePolicy FromProto(const v1::Policy& in, std::string_view path,
                             validation::Violations& violations) {
  policy::SitePolicy out;
  if (!v1::Policy::Mode_IsValid(in.mode())) {
    Refuse(violations, path, "mode", "VALUE_INVALID", "Must be one of the modes.");
  } else if (in.mode() != v1::Policy::MODE_UNSPECIFIED) {
    out.mode = static_cast<policy::Mode>(in.mode());
  }
  out.required_fields = FormOf(in, path, violations);
  if (in.spam_threshold() != 0) out.spam_threshold = in.spam_threshold();
  if (in.has_approve_threshold()) out.approve_threshold = in.approve_threshold();
  if (in.blatant_threshold() != 0) out.blatant_threshold = in.blatant_threshold();
  out.hold_first_time_authors = in.hold_first_time_authors();
  out.links_max = in.links_max();
  out.close_after_days = in.close_after_days();
  out.flood_count_max = in.flood_count_max();
  if (in.has_flood_window()) {
    ReadDuration(in.flood_window(), path, "flood_window", violations, out.flood_window);
  }
  if (in.has_duplicate_window()) {
    ReadDuration(in.duplicate_window(), path, "duplicate_window", violations, out.duplicate_window);
  }
  out.honeypot = in.honeypot();
  if (in.has_fill_time_min()) {
    ReadDuration(in.fill_time_min(), path, "fill_time_min", violations, out.fill_time_min);
  }
  out.trust_typed_identity = in.trust_typed_identity();
  if (in.trusted_after_count() != 0) out.trusted_after_count = in.trusted_after_count();
  if (in.has_blind_sample_rate()) out.blind_sample_rate = in.blind_sample_rate();
  return out;
}

policy::Rule FromProto(const v1::Rule& in, std::string_view path,
                       validation::Violations& violations) {
  policy::Rule out;
  if (!v1::Rule::Kind_IsValid(in.kind()) || in.kind() == v1::Rule::KIND_UNSPECIFIED) {
    Refuse(violations, path, "kind", "VALUE_INVALID", "Must be one of the kinds.");
  } else {
    out.kind = static_cast<storage::RuleKind>(in.kind());
  }
  if (!v1::Rule::Action_IsValid(in.action()) || in.action() == v1::Rule::ACTION_UNSPECIFIED) {
    Refuse(violations, path, "action", "VALUE_INVALID", "Must be one of the actions.");
  } else {
    out.action = static_cast<storage::RuleAction>(in.action());
  }
  out.pattern = in.pattern();
  out.reason = in.reason();
  out.log_only = in.log_only();
  out.teaches = in.teaches();
  if (in.has_expire_time()) {
    out.expires_at = ReadTime(in.expire_time(), path, "expire_time", violations);
  }
  return out;
}

ApiKeys::CreateRequest FromProto(const v1::ApiKey& in, std::string_view path,
                                 validation::Violations& violations) {
  ApiKeys::CreateRequest out;
  out.display_name = in.display_name();
  out.role = RoleOf(in.role(), violations, path);
  if (!in.site().empty()) {
    out.site = ParseSiteName(in.site());
    if (!out.site) Refuse(violations, path, "site", "NAME_INVALID", "Must be \"sites/{site}\".");
  }
  if (in.has_expire_time()) {
    out.expires_at = ReadTime(in.expire_time(), path, "expire_time", violations);
  }
  if (in.has_call_rate()) {
    const v1::ApiKey::CallRate& rate = in.call_rate();
    out.call_rate =
        storage::CallRate{rate.per_second(), rate.burst() == 0 ? rate.per_second() : rate.burst()};
  }
  return out;
}

Sites::TeachingChange TeachingOf(const v1::TeachingLimits& in) {
  Sites::TeachingChange out;
  if (in.has_labels_by_key_max()) out.by_key_max = in.labels_by_key_max();
  if (in.has_labels_of_author_max()) out.of_author_max = in.labels_of_author_max();
  if (in.has_labels_of_network_max()) out.of_network_max = in.labels_of_network_max();
  return out;
}

}  // namespace replyguard::service::rpc
