// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/account.h"

#include "absl/strings/str_cat.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::string_view kPeople = "people/";

v1::Membership::Role RoleToProto(Role role) {
  switch (role) {
    case Role::kModerator:
      return v1::Membership::ROLE_MODERATOR;
    case Role::kOperator:
      return v1::Membership::ROLE_OPERATOR;
    case Role::kBackend:
      break;
  }
  return v1::Membership::ROLE_UNSPECIFIED;
}

std::string SiteOrEveryName(const std::optional<std::string>& site) {
  return SiteName(site.value_or("-"));
}

v1::Person::State StateOf(const storage::PersonRecord& person) {
  if (person.deactivated_at) return v1::Person::STATE_DEACTIVATED;
  return person.password_hash.empty() ? v1::Person::STATE_INVITED : v1::Person::STATE_ACTIVE;
}

}  // namespace

std::optional<std::string> ParsePersonName(std::string_view name) {
  if (!name.starts_with(kPeople)) return std::nullopt;
  name.remove_prefix(kPeople.size());
  if (!IsHandle(name)) return std::nullopt;
  return std::string(name);
}

std::string PersonName(std::string_view handle) { return std::string(kPeople).append(handle); }

std::string ActorNameOf(const std::string& actor) {
  return actor.empty() || actor.starts_with(kPeople) ? actor : ApiKeyName(actor);
}

void ToProto(const People::Info& person, v1::Person* out) {
  const storage::PersonRecord& record = person.record;
  out->set_name(PersonName(record.handle));
  out->set_display_name(record.display_name);
  for (const People::RoleOn& role : person.roles) {
    v1::Membership* membership = out->add_memberships();
    membership->set_site(SiteOrEveryName(role.site));
    if (role.role) membership->set_role(RoleToProto(*role.role));
  }
  out->set_state(StateOf(record));
  out->set_has_totp(record.totp_confirmed);
  out->set_recovery_code_count(record.recovery_code_count);
  ToProto(record.created_at, out->mutable_create_time());
  if (record.signed_in_at) ToProto(*record.signed_in_at, out->mutable_sign_in_time());
  if (record.deactivated_at) ToProto(*record.deactivated_at, out->mutable_deactivate_time());
}

void ToProto(const storage::SessionRecord& session, std::string_view current_session_id,
             v1::Session* out) {
  out->set_name(absl::StrCat(PersonName(session.handle), "/sessions/", session.session_id));
  out->set_client(session.client);
  out->set_current(session.session_id == current_session_id);
  ToProto(session.created_at, out->mutable_create_time());
  ToProto(session.seen_at, out->mutable_seen_time());
  ToProto(session.expires_at, out->mutable_expire_time());
}

void ToProto(const storage::AccountEvent& event, const std::string& slug, v1::AccountEvent* out) {
  if (!event.handle.empty()) out->set_person(PersonName(event.handle));
  out->set_actor(ActorNameOf(event.actor));
  // The contract's numbers are the stored ones; the test of the converters goes through them.
  out->set_action(static_cast<v1::AccountEvent::Action>(event.action));
  if (event.action == storage::AccountAction::kRoleChanged) {
    v1::Membership* membership = out->mutable_membership();
    membership->set_site(SiteName(slug.empty() ? "-" : slug));
    if (event.role) {
      membership->set_role(event.role == storage::KeyRole::kOperator
                               ? v1::Membership::ROLE_OPERATOR
                               : v1::Membership::ROLE_MODERATOR);
    }
  }
  ToProto(event.at, out->mutable_create_time());
}

absl::StatusOr<People::RoleOn> FromProto(const v1::Membership& membership, std::string_view field,
                                         bool role_required) {
  const std::string path(field);
  const auto site = SiteOrEveryIn(path + "site", membership.site());
  if (!site.ok()) return site.status();
  People::RoleOn out;
  out.site = *site;
  switch (membership.role()) {
    case v1::Membership::ROLE_MODERATOR:
      out.role = Role::kModerator;
      return out;
    case v1::Membership::ROLE_OPERATOR:
      out.role = Role::kOperator;
      return out;
    case v1::Membership::ROLE_UNSPECIFIED:
      if (!role_required) return out;
      return InvalidField(path + "role", validation::reason::kRequired, "Which role?");
    default:
      return InvalidField(path + "role", validation::reason::kValueInvalid,
                          "There is no such role.");
  }
}

absl::StatusOr<People::InviteRequest> FromProto(const v1::Person& person) {
  const std::optional<std::string> handle = ParsePersonName(person.name());
  if (!handle) {
    return BadName("person.name", person.name(),
                   "people/{handle}\" with 2 to 32 of a-z, 0-9, \".\", \"_\" and \"-");
  }
  People::InviteRequest out;
  out.handle = *handle;
  out.display_name = person.display_name();
  for (int i = 0; i < person.memberships_size(); ++i) {
    auto role =
        FromProto(person.memberships(i), absl::StrCat("person.memberships[", i, "]."), true);
    if (!role.ok()) return role.status();
    out.roles.push_back(*std::move(role));
  }
  return out;
}

}  // namespace replyguard::service::rpc
