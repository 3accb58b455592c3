// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/account/people.h"

#include <algorithm>
#include <utility>

#include "service/auth/secret_token.h"
#include "service/usecases/errors.h"
#include "service/validation/text.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kRolesMax = 1'000;
constexpr ErrorMeaning kMeaning{.not_found = reasons::kPersonNotFound,
                                .already_exists = reasons::kPersonExists,
                                .failed_precondition = reasons::kPersonNotActive};

storage::KeyRole StoredRole(Role role) {
  return role == Role::kOperator ? storage::KeyRole::kOperator : storage::KeyRole::kModerator;
}

Role RoleOf(storage::KeyRole role) {
  return role == storage::KeyRole::kOperator ? Role::kOperator : Role::kModerator;
}

absl::Status CheckInvitation(People::InviteRequest& request) {
  validation::Violations violations;
  // One that begins with a sign reads as a flag, or as a folder, to people and programs.
  if (!IsHandle(request.handle) || request.handle.front() == '-' || request.handle.front() == '.') {
    violations.Add("person.name", validation::reason::kNameInvalid,
                   "A handle is 2 to 32 of a-z, 0-9, \".\", \"_\" and \"-\", and begins with a "
                   "letter, a digit or \"_\".");
  }
  if (request.display_name.empty()) request.display_name = request.handle;
  validation::TextRule rule;
  rule.required = true;
  rule.name = true;
  rule.chars_max = kPersonNameCharsMax;
  validation::CheckText(request.display_name, rule, "person.display_name", "The name", violations);
  if (request.roles.size() > kRolesMax) {
    violations.Add("person.memberships", validation::reason::kTooMany, "At most 1,000 sites.");
  }
  return InvalidFields(violations);
}

// Handles are of all sites together, and one that is taken is refused: with names of his own an
// operator of single sites learns of nobody else's people.
absl::Status CheckOwnName(const People::InviteRequest& request) {
  const bool own =
      std::any_of(request.roles.begin(), request.roles.end(), [&](const People::RoleOn& role) {
        return role.site && role.role && request.handle.starts_with(*role.site + ".");
      });
  if (own) return absl::OkStatus();
  return InvalidField("person.name", validation::reason::kNameInvalid,
                      "An operator of single sites invites names that begin with the site and a "
                      "dot, such as \"" +
                          request.roles.front().site.value_or("site") + ".anna\".");
}

storage::AccountLink LinkOf(const auth::NewToken& token, storage::LinkKind kind,
                            const std::string& handle, storage::Timestamp now) {
  storage::AccountLink link;
  link.link_id = token.id;
  link.token_hash = auth::HashText(token.hash);
  link.handle = handle;
  link.kind = kind;
  link.created_at = now;
  link.expires_at =
      now + (kind == storage::LinkKind::kInvitation ? kInvitationAgeMax : kResetAgeMax);
  return link;
}

}  // namespace

absl::Status People::MayAdminister(const Principal& principal) const {
  return AuthorizeEverySite(principal, Permission::kAdminister);
}

std::optional<std::string> People::SlugOf(storage::SiteId site_id) const {
  const auto site = sites_.FindById(site_id);
  if (site == nullptr) return std::nullopt;
  return site->record.slug;
}

People::Info People::OwnInfoOf(storage::PersonRecord record) const {
  Info info;
  if (record.every_site_role) {
    info.roles.push_back({std::nullopt, RoleOf(*record.every_site_role)});
  }
  for (const storage::Membership& membership : record.memberships) {
    const std::optional<std::string> slug = SlugOf(membership.site_id);
    if (slug) info.roles.push_back({*slug, RoleOf(membership.role)});
  }
  record.password_hash = record.password_hash.empty() ? "" : "set";
  record.totp_secret.clear();
  info.record = std::move(record);
  return info;
}

People::Info People::InfoOf(const Principal& principal, storage::PersonRecord record) const {
  Info info = OwnInfoOf(std::move(record));
  if (!MayAdminister(principal).ok()) {
    std::erase_if(info.roles, [&](const RoleOn& role) {
      return !role.site || !Authorize(principal, Permission::kAdminister, *role.site).ok();
    });
  }
  return info;
}

absl::StatusOr<storage::PersonRecord> People::Placed(const Principal& principal,
                                                     const InviteRequest& request) const {
  storage::PersonRecord person;
  person.handle = request.handle;
  for (const RoleOn& role : request.roles) {
    if (!role.role) continue;
    if (!role.site) {
      person.every_site_role = StoredRole(*role.role);
      continue;
    }
    const auto site = sites_.Enter(principal, Permission::kAdminister, *role.site);
    if (!site.ok()) return site.status();
    person.memberships.push_back({(*site)->record.site_id, StoredRole(*role.role)});
  }
  return person;
}

absl::StatusOr<People::Link> People::Invite(const Principal& principal, InviteRequest request,
                                            storage::Deadline deadline) const {
  const absl::Status every_site = MayAdminister(principal);
  bool needs_every_site = request.roles.empty();
  for (const RoleOn& role : request.roles) needs_every_site = needs_every_site || !role.site;
  if (needs_every_site && !every_site.ok()) return every_site;
  // Which sites, before what else is wrong: nothing may show to whom it is not allowed.
  auto person = Placed(principal, request);
  if (!person.ok()) return person.status();
  if (absl::Status status = CheckInvitation(request); !status.ok()) return status;
  if (!every_site.ok()) {
    if (absl::Status status = CheckOwnName(request); !status.ok()) return status;
  }
  person->display_name = storage::MaskText(request.display_name).text();
  person->created_at = parts_.clock.Now();
  auth::NewToken token = auth::GenerateToken(auth::TokenKind::kLink);
  const storage::AccountLink link =
      LinkOf(token, storage::LinkKind::kInvitation, person->handle, person->created_at);
  auto invited = parts_.people.Invite(*person, link, every_site.ok(),
                                      {principal.key_id, person->created_at}, deadline);
  if (!invited.ok()) return FromStorage(invited.status(), kMeaning);
  return Link{InfoOf(principal, *std::move(invited)), std::move(token.text), link.expires_at};
}

absl::StatusOr<People::Link> People::CreateReset(const Principal& principal,
                                                 const std::string& handle, bool clear_totp,
                                                 storage::Deadline deadline) const {
  if (absl::Status status = MayAdminister(principal); !status.ok()) return status;
  const storage::Timestamp now = parts_.clock.Now();
  auth::NewToken token = auth::GenerateToken(auth::TokenKind::kLink);
  storage::AccountLink link = LinkOf(token, storage::LinkKind::kReset, handle, now);
  link.clears_totp = clear_totp;
  auto person = parts_.people.CreateReset(link, {principal.key_id, now}, deadline);
  if (!person.ok()) return FromStorage(person.status(), kMeaning);
  return Link{InfoOf(principal, *std::move(person)), std::move(token.text), link.expires_at};
}

absl::StatusOr<People::Info> People::UseLink(storage::LinkKind kind, const std::string& token,
                                             const std::string& password,
                                             const std::optional<std::string>& peer,
                                             storage::Deadline deadline) const {
  constexpr ErrorMeaning kLinkMeaning{.not_found = reasons::kLinkGone};
  if (peer) {
    if (const auto wait = parts_.throttle.Try({}, *peer)) return TooManyTries(*wait);
  }
  const storage::Timestamp now = parts_.clock.Now();
  const auto presented = auth::ParseToken(auth::TokenKind::kLink, token);
  absl::StatusOr<std::string> handle = absl::NotFoundError("there is no such link any more");
  if (presented) {
    handle =
        parts_.people.FindLink(kind, presented->id, auth::HashText(presented->hash), now, deadline);
  }
  if (!handle.ok()) return FromStorage(handle.status(), kLinkMeaning);
  if (peer) parts_.throttle.GiveBack({}, *peer);
  validation::Violations violations;
  CheckNewPassword(password, *handle, "password", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const auto hash = parts_.hasher.Hash(password);
  if (!hash.ok()) return HasherBusy();
  auto person = parts_.people.UseLink(kind, presented->id, auth::HashText(presented->hash), *hash,
                                      now, deadline);
  if (!person.ok()) return FromStorage(person.status(), kLinkMeaning);
  return OwnInfoOf(*std::move(person));
}

absl::StatusOr<People::Info> People::SetActive(const Principal& principal,
                                               const std::string& handle, bool active,
                                               storage::Deadline deadline) const {
  if (absl::Status status = MayAdminister(principal); !status.ok()) return status;
  if (principal.person && principal.person->handle == handle && !active) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kOneself,
                     "nobody keeps himself out; let another operator do it");
  }
  const auto may = [&](const storage::PersonRecord&, const storage::PersonRecord* actor) {
    return MayAdminister(AsOf(principal, actor));
  };
  auto person = parts_.people.SetActive(handle, active, may, {principal.key_id, parts_.clock.Now()},
                                        deadline);
  if (!person.ok()) return FromStorage(person.status(), kMeaning);
  return InfoOf(principal, *std::move(person));
}

Principal People::AsOf(const Principal& principal, const storage::PersonRecord* actor) const {
  Principal now = principal;
  if (actor == nullptr || !now.person) return now;
  now.person->every_site_role.reset();
  now.person->site_roles.clear();
  if (actor->deactivated_at) return now;
  for (const RoleOn& role : OwnInfoOf(*actor).roles) {
    if (role.site) {
      now.person->site_roles[*role.site] = *role.role;
    } else {
      now.person->every_site_role = role.role;
    }
  }
  return now;
}

absl::Status People::MayPlace(const Principal& principal, const storage::PersonRecord& person,
                              bool gives_role) const {
  if (MayAdminister(principal).ok()) return absl::OkStatus();
  const auto own = InfoOf(principal, person).roles.size();
  if (own == 0) return absl::NotFoundError("there is no such person");
  // Whoever made the invitation may still hold its link.
  const bool all_his = own == OwnInfoOf(person).roles.size();
  if (gives_role && person.password_hash.empty() && !all_his) {
    return absl::FailedPreconditionError("this person has not accepted the invitation yet");
  }
  return absl::OkStatus();
}

absl::StatusOr<People::Info> People::SetRole(const Principal& principal, const std::string& handle,
                                             const RoleOn& role, storage::Deadline deadline) const {
  std::optional<storage::SiteId> site_id;
  if (role.site) {
    const auto site = sites_.Enter(principal, Permission::kAdminister, *role.site);
    if (!site.ok()) return site.status();
    site_id = (*site)->record.site_id;
  } else if (absl::Status status = MayAdminister(principal); !status.ok()) {
    return status;
  }
  std::optional<storage::KeyRole> stored;
  if (role.role) stored = StoredRole(*role.role);
  const auto may = [&](const storage::PersonRecord& person, const storage::PersonRecord* actor) {
    const Principal now = AsOf(principal, actor);
    const absl::Status status =
        role.site ? Authorize(now, Permission::kAdminister, *role.site) : MayAdminister(now);
    return status.ok() ? MayPlace(now, person, role.role.has_value()) : status;
  };
  auto person = parts_.people.SetRole(handle, site_id, stored, may,
                                      {principal.key_id, parts_.clock.Now()}, deadline);
  if (!person.ok()) return FromStorage(person.status(), kMeaning);
  return InfoOf(principal, *std::move(person));
}

absl::StatusOr<std::vector<People::Info>> People::List(const Principal& principal,
                                                       const std::optional<std::string>& site,
                                                       const std::string& after, std::int32_t limit,
                                                       storage::Deadline deadline) const {
  storage::PeopleQuery query;
  if (site) {
    const auto view = sites_.Enter(principal, Permission::kAdminister, *site);
    if (!view.ok()) return view.status();
    query.site_id = (*view)->record.site_id;
  } else if (absl::Status status = MayAdminister(principal); !status.ok()) {
    return status;
  }
  query.after = after;
  query.limit = limit;
  auto page = parts_.people.List(query, deadline);
  if (!page.ok()) return FromStorage(page.status());
  std::vector<Info> infos;
  infos.reserve(page->size());
  for (storage::PersonRecord& record : *page) {
    infos.push_back(InfoOf(principal, std::move(record)));
  }
  return infos;
}

absl::StatusOr<std::string> People::Meant(const Principal& principal,
                                          const std::optional<std::string>& handle) const {
  const bool own = principal.person && (!handle || *handle == principal.person->handle);
  if (own) return principal.person->handle;
  if (absl::Status status = MayAdminister(principal); !status.ok()) return status;
  if (handle) return *handle;
  return InvalidField("name", validation::reason::kRequired, "Whose? A key is no person.");
}

absl::StatusOr<std::vector<storage::SessionRecord>> People::Sessions(
    const Principal& principal, const std::optional<std::string>& handle,
    storage::Deadline deadline) const {
  const auto meant = Meant(principal, handle);
  if (!meant.ok()) return meant.status();
  auto sessions = parts_.sessions.List(*meant, deadline);
  if (!sessions.ok()) return FromStorage(sessions.status());
  const storage::Timestamp now = parts_.clock.Now();
  std::erase_if(*sessions, [now](const auto& session) { return session.expires_at <= now; });
  return sessions;
}

absl::StatusOr<std::int32_t> People::SignOutEverywhere(const Principal& principal,
                                                       const std::optional<std::string>& handle,
                                                       storage::Deadline deadline) const {
  const auto meant = Meant(principal, handle);
  if (!meant.ok()) return meant.status();
  auto ended = parts_.sessions.EndAll(*meant, {principal.key_id, parts_.clock.Now()}, deadline);
  if (!ended.ok()) return FromStorage(ended.status(), kMeaning);
  return ended;
}

absl::StatusOr<std::vector<storage::AccountEvent>> People::Events(
    const Principal& principal, const storage::AccountEventQuery& query,
    storage::Deadline deadline) const {
  const bool own = principal.person && query.handle == principal.person->handle;
  if (!own) {
    if (absl::Status status = MayAdminister(principal); !status.ok()) return status;
  }
  auto events = parts_.people.ListEvents(query, deadline);
  if (!events.ok()) return FromStorage(events.status());
  return events;
}

}  // namespace replyguard::service
