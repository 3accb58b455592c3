// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/people_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/account_rows.h"
#include "stores/site_store.h"

namespace replyguard::storage {
namespace {

constexpr Statement kAdd{
    "person_add",
    "INSERT INTO replyguard.people (handle, display_name, role, created_at) "
    "VALUES ($1::text, $2::text, $3::smallint, $4::timestamptz) ON CONFLICT (handle) DO UPDATE "
    "SET display_name = excluded.display_name, role = excluded.role, deactivated_at = NULL WHERE "
    "people.password_hash = '' AND $5::boolean"};

constexpr Statement kList{
    "person_list",
    "SELECT p.handle FROM replyguard.people p WHERE p.handle > $1::text AND ($2::bigint IS NULL "
    "OR EXISTS (SELECT 1 FROM replyguard.memberships m WHERE m.handle = p.handle AND m.site_id = "
    "$2::bigint)) ORDER BY p.handle LIMIT $3::bigint"};

constexpr Statement kSetRole{"person_role",
                             "UPDATE replyguard.people SET role = $2::smallint WHERE handle = "
                             "$1::text"};

constexpr Statement kDropMemberships{
    "membership_drop",
    "DELETE FROM replyguard.memberships m WHERE m.handle = $1::text AND ($2::bigint IS NULL OR "
    "m.site_id = $2::bigint)"};

constexpr Statement kAddMembership{
    "membership_add",
    "INSERT INTO replyguard.memberships (handle, site_id, role) VALUES ($1::text, $2::bigint, "
    "$3::smallint) ON CONFLICT (handle, site_id) DO UPDATE SET role = excluded.role"};

constexpr Statement kSetActive{
    "person_active",
    "UPDATE replyguard.people SET deactivated_at = $2::timestamptz WHERE handle = $1::text"};

constexpr Statement kDropLink{"link_drop",
                              "DELETE FROM replyguard.account_links WHERE handle = $1::text"};

constexpr Statement kAddLink{
    "link_add",
    "INSERT INTO replyguard.account_links (link_id, token_hash, handle, kind, clears_totp, "
    "created_at, expires_at) VALUES ($1::text, $2::bytea, $3::text, $4::smallint, $5::boolean, "
    "$6::timestamptz, $7::timestamptz)"};

constexpr Statement kFindLink{
    "link_find",
    "SELECT handle FROM replyguard.account_links WHERE link_id = $1::text AND token_hash = "
    "$2::bytea AND kind = $3::smallint AND expires_at > $4::timestamptz"};

constexpr Statement kTakeLink{
    "link_take",
    "DELETE FROM replyguard.account_links WHERE link_id = $1::text AND token_hash = $2::bytea AND "
    "kind = $3::smallint AND expires_at > $4::timestamptz RETURNING handle, clears_totp"};

constexpr Statement kSetPassword{
    "person_password",
    "UPDATE replyguard.people SET password_hash = $2::text WHERE handle = $1::text"};

constexpr Statement kEvents{
    "account_event_list",
    "SELECT a.audit_id, a.handle, a.actor, a.action, a.site_id, a.role, " RG_US(
        "a.at") " FROM replyguard.account_audit a WHERE ($1::text IS NULL OR a.handle = $1::text "
                "OR a.actor = 'people/' || $1::text) AND ($2::bigint = 0 OR a.audit_id < "
                "$2::bigint) ORDER BY a.audit_id DESC LIMIT $3::bigint"};

std::optional<KeyRole> RoleOf(const PersonRecord& person, const std::optional<SiteId>& site_id) {
  if (!site_id) return person.every_site_role;
  for (const Membership& membership : person.memberships) {
    if (membership.site_id == *site_id) return membership.role;
  }
  return std::nullopt;
}

absl::Status NoLink() { return absl::NotFoundError("there is no such link any more"); }

void PutLink(Tx& tx, const AccountLink& link) {
  tx.Exec(kDropLink, Text(link.handle));
  tx.Exec(kAddLink, Text(link.link_id), Bytes(link.token_hash), Text(link.handle),
          static_cast<int>(link.kind), link.clears_totp, Time(link.created_at),
          Time(link.expires_at));
}

}  // namespace

absl::StatusOr<PersonRecord> PostgresPeopleStore::Change(
    const std::string& handle, Deadline deadline,
    const std::function<absl::Status(Tx& tx, const PersonRecord& person)>& change) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<PersonRecord> {
    const absl::StatusOr<PersonRecord> person = ReadPerson(tx, handle, true);
    if (!person.ok()) return person.status();
    absl::Status changed = change(tx, *person);
    if (!changed.ok()) return changed;
    return ReadPerson(tx, handle, false);
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::ChangeIf(
    const std::string& handle, const MayChange& may, const AccountAct& act, Deadline deadline,
    const std::function<absl::Status(Tx& tx, const PersonRecord& person)>& change) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<PersonRecord> {
    // In the order of the handles: two who change each other wait, one for the other.
    std::map<std::string, PersonRecord> people;
    std::set<std::string> handles{handle};
    const std::optional<std::string> actor = HandleOf(act.actor);
    if (actor) handles.insert(*actor);
    for (const std::string& each : handles) {
      absl::StatusOr<PersonRecord> person = ReadPerson(tx, each, true);
      if (!person.ok()) return person.status();
      people.emplace(each, *std::move(person));
    }
    absl::Status done = may(people.at(handle), actor ? &people.at(*actor) : nullptr);
    if (done.ok()) done = change(tx, people.at(handle));
    if (!done.ok()) return done;
    return ReadPerson(tx, handle, false);
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::Invite(const PersonRecord& person,
                                                         const AccountLink& link,
                                                         bool replace_waiting,
                                                         const AccountAct& act, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<PersonRecord> {
    std::optional<int> role;
    if (person.every_site_role) role = static_cast<int>(*person.every_site_role);
    const pqxx::result added = tx.Exec(kAdd, Text(person.handle), Text(person.display_name), role,
                                       Time(person.created_at), replace_waiting);
    if (added.affected_rows() == 0) {
      return absl::AlreadyExistsError("there is such a person already");
    }
    tx.Exec(kDropMemberships, Text(person.handle), std::optional<SiteId>());
    for (const Membership& membership : person.memberships) {
      tx.Exec(kAddMembership, Text(person.handle), membership.site_id,
              static_cast<int>(membership.role));
    }
    PutLink(tx, link);
    AddEvent(tx, person.handle, AccountAction::kInvited, act);
    return ReadPerson(tx, person.handle, false);
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::Get(const std::string& handle,
                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return ReadPerson(tx, handle, false); });
}

absl::StatusOr<std::vector<PersonRecord>> PostgresPeopleStore::List(const PeopleQuery& query,
                                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<PersonRecord>> {
    std::vector<PersonRecord> out;
    for (const auto& row : tx.Exec(kList, Text(query.after), query.site_id,
                                   std::clamp(query.limit, 1, kPeoplePageMax))) {
      // A handful of people: one by one is good enough.
      absl::StatusOr<PersonRecord> person = ReadPerson(tx, TextAt(row[0]), false);
      if (person.ok()) out.push_back(*std::move(person));
    }
    return out;
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::SetRole(
    const std::string& handle, std::optional<SiteId> site_id, std::optional<KeyRole> role,
    const MayChange& may, const AccountAct& act, Deadline deadline) {
  return ChangeIf(handle, may, act, deadline, [&](Tx& tx, const PersonRecord& person) {
    if (RoleOf(person, site_id) == role) return absl::OkStatus();
    std::optional<int> number;
    if (role) number = static_cast<int>(*role);
    if (!site_id) {
      tx.Exec(kSetRole, Text(handle), number);
    } else if (role) {
      tx.Exec(kAddMembership, Text(handle), *site_id, *number);
    } else {
      tx.Exec(kDropMemberships, Text(handle), site_id);
    }
    // A site's operator has no say in where else somebody is signed in.
    if (!site_id) EndSessions(tx, handle, "");
    BumpConfigRevision(tx);
    AddEvent(
        tx, AccountEvent{0, handle, act.actor, AccountAction::kRoleChanged, site_id, role, act.at});
    return absl::OkStatus();
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::SetActive(const std::string& handle, bool active,
                                                            const MayChange& may,
                                                            const AccountAct& act,
                                                            Deadline deadline) {
  return ChangeIf(handle, may, act, deadline, [&](Tx& tx, const PersonRecord& person) {
    if (active == !person.deactivated_at) return absl::OkStatus();
    tx.Exec(kSetActive, Text(handle),
            OptTime(active ? std::nullopt : std::optional<Timestamp>(act.at)));
    if (!active) {
      tx.Exec(kDropLink, Text(handle));
      EndSessions(tx, handle, "");
      BumpConfigRevision(tx);
    }
    AddEvent(tx, handle, active ? AccountAction::kReactivated : AccountAction::kDeactivated, act);
    return absl::OkStatus();
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::CreateReset(const AccountLink& link,
                                                              const AccountAct& act,
                                                              Deadline deadline) {
  return Change(link.handle, deadline, [&](Tx& tx, const PersonRecord& person) {
    if (person.deactivated_at) {
      return absl::FailedPreconditionError("this person is deactivated: activate them first");
    }
    if (person.password_hash.empty()) {
      return absl::FailedPreconditionError(
          "this person is invited and has no password yet: invite them again for a new link");
    }
    PutLink(tx, link);
    AddEvent(tx, link.handle, AccountAction::kResetCreated, act);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> PostgresPeopleStore::FindLink(LinkKind kind, const std::string& link_id,
                                                          const std::string& token_hash,
                                                          Timestamp at, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::string> {
    const pqxx::result found =
        tx.Exec(kFindLink, Text(link_id), Bytes(token_hash), static_cast<int>(kind), Time(at));
    if (found.empty()) return NoLink();
    return TextAt(found[0][0]);
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::UseLink(LinkKind kind, const std::string& link_id,
                                                          const std::string& token_hash,
                                                          const std::string& password_hash,
                                                          Timestamp at, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<PersonRecord> {
    const pqxx::result taken =
        tx.Exec(kTakeLink, Text(link_id), Bytes(token_hash), static_cast<int>(kind), Time(at));
    if (taken.empty()) return NoLink();
    const std::string handle = TextAt(taken[0][0]);
    const absl::StatusOr<PersonRecord> person = ReadPerson(tx, handle, true);
    if (!person.ok()) return person.status();
    if (person->deactivated_at) return NoLink();
    const AccountAct act{ActorOf(handle), at};
    tx.Exec(kSetPassword, Text(handle), Text(password_hash));
    EndSessions(tx, handle, "");
    BumpConfigRevision(tx);
    AddEvent(tx, handle,
             kind == LinkKind::kInvitation ? AccountAction::kInvitationAccepted
                                           : AccountAction::kPasswordReset,
             act);
    if (taken[0][1].as<bool>() && !person->totp_secret.empty()) {
      ClearTotp(tx, handle);
      AddEvent(tx, handle, AccountAction::kTotpDisabled, act);
    }
    return ReadPerson(tx, handle, false);
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::SetPassword(const NewPassword& password,
                                                              const AccountAct& act,
                                                              Deadline deadline) {
  return Change(password.handle, deadline, [&](Tx& tx, const PersonRecord& person) {
    if (person.password_hash != password.from_hash) {
      return absl::AbortedError("the password has changed meanwhile");
    }
    tx.Exec(kSetPassword, Text(password.handle), Text(password.to_hash));
    tx.Exec(kDropLink, Text(password.handle));
    EndSessions(tx, password.handle, password.keep_session);
    BumpConfigRevision(tx);
    AddEvent(tx, password.handle, AccountAction::kPasswordChanged, act);
    return absl::OkStatus();
  });
}

absl::Status PostgresPeopleStore::Record(const AccountEvent& event, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    AddEvent(tx, event);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<AccountEvent>> PostgresPeopleStore::ListEvents(
    const AccountEventQuery& query, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<AccountEvent>> {
    std::vector<AccountEvent> out;
    for (const auto& row : tx.Exec(kEvents, query.handle, query.before,
                                   std::clamp(query.limit, 1, kAccountEventPageMax))) {
      AccountEvent event;
      event.event_id = row[0].as<std::int64_t>();
      event.handle = TextAt(row[1]);
      event.actor = TextAt(row[2]);
      event.action = EnumAt<AccountAction>(row[3]);
      event.site_id = OptInt64At(row[4]);
      event.role = OptEnumAt<KeyRole>(row[5]);
      event.at = TimeAt(row[6]);
      out.push_back(std::move(event));
    }
    return out;
  });
}

}  // namespace replyguard::storage
