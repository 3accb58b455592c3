// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/account_rows.h"

#include <string_view>

#include "postgres/params.h"
#include "postgres/rows.h"

#define RG_PERSON_COLUMNS                                                                \
  "p.handle, p.display_name, p.role, p.password_hash, p.totp_secret, p.totp_confirmed, " \
  "p.totp_step, (SELECT count(*) FROM replyguard.recovery_codes c WHERE c.handle = "     \
  "p.handle), " RG_US("p.created_at") ", " RG_US("p.signed_in_at") ", " RG_US("p.deactivated_at")

namespace replyguard::storage {
namespace {

constexpr std::string_view kPersonPrefix = "people/";

constexpr Statement kGet{"person_get", "SELECT " RG_PERSON_COLUMNS
                                       " FROM replyguard.people p WHERE p.handle = $1::text"};

constexpr Statement kLock{"person_lock", "SELECT " RG_PERSON_COLUMNS
                                         " FROM replyguard.people p WHERE p.handle = $1::text "
                                         "FOR UPDATE OF p"};

constexpr Statement kMemberships{
    "person_memberships",
    "SELECT m.site_id, m.role FROM replyguard.memberships m WHERE m.handle = $1::text "
    "ORDER BY m.site_id"};

constexpr Statement kEndSessions{"person_end_sessions",
                                 "DELETE FROM replyguard.sessions s WHERE s.handle = $1::text "
                                 "AND s.session_id <> $2::text"};

// Retention goes by its time: that of a server whose clock is behind would be old at once.
constexpr Statement kAddEvent{
    "account_event_add",
    "INSERT INTO replyguard.account_audit (handle, actor, action, site_id, role, at) "
    "VALUES ($1::text, $2::text, $3::smallint, $4::bigint, $5::smallint, "
    "greatest($6::timestamptz, now() - interval '1 minute'))"};

}  // namespace

absl::Status NoPerson() { return absl::NotFoundError("there is no such person"); }

absl::StatusOr<PersonRecord> ReadPerson(Tx& tx, const std::string& handle, bool lock) {
  const pqxx::result rows = tx.Exec(lock ? kLock : kGet, Text(handle));
  if (rows.empty()) return NoPerson();
  const pqxx::row row = rows[0];
  PersonRecord p;
  p.handle = TextAt(row[0]);
  p.display_name = TextAt(row[1]);
  p.every_site_role = OptEnumAt<KeyRole>(row[2]);
  p.password_hash = TextAt(row[3]);
  p.totp_secret = BytesAt(row[4]);
  p.totp_confirmed = row[5].as<bool>();
  p.totp_step = row[6].as<std::int64_t>();
  p.recovery_code_count = row[7].as<std::int32_t>();
  p.created_at = TimeAt(row[8]);
  p.signed_in_at = OptTimeAt(row[9]);
  p.deactivated_at = OptTimeAt(row[10]);
  for (const auto& membership : tx.Exec(kMemberships, Text(handle))) {
    p.memberships.push_back({membership[0].as<SiteId>(), EnumAt<KeyRole>(membership[1])});
  }
  return p;
}

std::int32_t EndSessions(Tx& tx, const std::string& handle, const std::string& but_session_id) {
  return static_cast<std::int32_t>(
      tx.Exec(kEndSessions, Text(handle), Text(but_session_id)).affected_rows());
}

void AddEvent(Tx& tx, const AccountEvent& event) {
  std::optional<int> role;
  if (event.role) role = static_cast<int>(*event.role);
  tx.Exec(kAddEvent, Text(event.handle), Text(event.actor), static_cast<int>(event.action),
          event.site_id, role, Time(event.at));
}

std::string ActorOf(const std::string& handle) { return std::string(kPersonPrefix) + handle; }

std::optional<std::string> HandleOf(const std::string& actor) {
  if (!actor.starts_with(kPersonPrefix)) return std::nullopt;
  return actor.substr(kPersonPrefix.size());
}

}  // namespace replyguard::storage
