// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/session_store.h"

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/account_rows.h"
#include "stores/site_store.h"

#define RG_SESSION_COLUMNS                                                             \
  "s.session_id, s.token_hash, s.handle, s.client, " RG_US("s.created_at") ", " RG_US( \
      "s.seen_at") ", " RG_US("s.expires_at")

namespace replyguard::storage {
namespace {

constexpr Statement kAdd{
    "session_add",
    "INSERT INTO replyguard.sessions (session_id, token_hash, handle, client, created_at, seen_at, "
    "expires_at) VALUES ($1::text, $2::bytea, $3::text, $4::text, $5::timestamptz, "
    "$6::timestamptz, $7::timestamptz)"};

// The expired, and of the others the oldest beyond the bound.
constexpr Statement kTrim{
    "session_trim",
    "DELETE FROM replyguard.sessions s WHERE s.handle = $1::text AND (s.expires_at <= "
    "$2::timestamptz OR s.session_id IN (SELECT o.session_id FROM replyguard.sessions o WHERE "
    "o.handle = $1::text ORDER BY o.created_at DESC, o.session_id OFFSET $3::bigint))"};

constexpr Statement kSignedIn{
    "person_signed_in",
    "UPDATE replyguard.people SET signed_in_at = $2::timestamptz, totp_step = $3::bigint WHERE "
    "handle = $1::text"};

constexpr Statement kUseCode{"recovery_use",
                             "DELETE FROM replyguard.recovery_codes WHERE handle = $1::text AND "
                             "code_hash = $2::bytea"};

constexpr Statement kGet{"session_get", "SELECT " RG_SESSION_COLUMNS
                                        " FROM replyguard.sessions s WHERE s.session_id = "
                                        "$1::text"};

constexpr Statement kTouch{
    "session_touch",
    "UPDATE replyguard.sessions s SET seen_at = greatest(s.seen_at, $2::timestamptz) WHERE "
    "s.session_id = $1::text"};

constexpr Statement kEnd{
    "session_end",
    "DELETE FROM replyguard.sessions s WHERE s.session_id = $1::text RETURNING s.handle"};

constexpr Statement kList{"session_list", "SELECT " RG_SESSION_COLUMNS
                                          " FROM replyguard.sessions s WHERE s.handle = $1::text "
                                          "ORDER BY s.created_at DESC, s.session_id"};

SessionRecord ReadSession(const pqxx::row& row) {
  SessionRecord s;
  s.session_id = TextAt(row[0]);
  s.token_hash = BytesAt(row[1]);
  s.handle = TextAt(row[2]);
  s.client = TextAt(row[3]);
  s.created_at = TimeAt(row[4]);
  s.seen_at = TimeAt(row[5]);
  s.expires_at = TimeAt(row[6]);
  return s;
}

absl::Status ProofGone() { return absl::AbortedError("what was proved no longer holds"); }

}  // namespace

absl::StatusOr<PersonRecord> PostgresSessionStore::Start(const SessionRecord& session,
                                                         const SignInProof& proof,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<PersonRecord> {
    const absl::StatusOr<PersonRecord> person = ReadPerson(tx, session.handle, true);
    if (!person.ok()) return person.status();
    if (person->password_hash != proof.password_hash || person->deactivated_at) return ProofGone();
    if (proof.totp_step && *proof.totp_step <= person->totp_step) return ProofGone();
    if (person->totp_confirmed && !proof.totp_step && !proof.recovery_hash) return ProofGone();
    const AccountAct act{ActorOf(session.handle), session.created_at};
    if (proof.recovery_hash) {
      if (tx.Exec(kUseCode, Text(session.handle), Bytes(*proof.recovery_hash)).affected_rows() ==
          0) {
        return ProofGone();
      }
      AddEvent(tx, session.handle, AccountAction::kRecoveryCodeUsed, act);
    }
    tx.Exec(kSignedIn, Text(session.handle), Time(session.created_at),
            proof.totp_step.value_or(person->totp_step));
    tx.Exec(kAdd, Text(session.session_id), Bytes(session.token_hash), Text(session.handle),
            Text(session.client), Time(session.created_at), Time(session.seen_at),
            Time(session.expires_at));
    const pqxx::result trimmed =
        tx.Exec(kTrim, Text(session.handle), Time(session.created_at), kSessionsPerPersonMax);
    if (trimmed.affected_rows() > 0) BumpConfigRevision(tx);
    AddEvent(tx, session.handle, AccountAction::kSignedIn, act);
    return ReadPerson(tx, session.handle, false);
  });
}

absl::StatusOr<SessionOfPerson> PostgresSessionStore::Get(const std::string& session_id,
                                                          Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<SessionOfPerson> {
    const pqxx::result rows = tx.Exec(kGet, Text(session_id));
    if (rows.empty()) return absl::NotFoundError("there is no such session");
    SessionRecord session = ReadSession(rows[0]);
    absl::StatusOr<PersonRecord> person = ReadPerson(tx, session.handle, false);
    if (!person.ok()) return person.status();
    return SessionOfPerson{std::move(session), *std::move(person)};
  });
}

absl::Status PostgresSessionStore::Touch(const std::string& session_id, Timestamp at,
                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kTouch, Text(session_id), Time(at));
    return absl::OkStatus();
  });
}

absl::Status PostgresSessionStore::End(const std::string& session_id, const AccountAct& act,
                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    const pqxx::result ended = tx.Exec(kEnd, Text(session_id));
    if (ended.empty()) return absl::OkStatus();
    BumpConfigRevision(tx);
    AddEvent(tx, TextAt(ended[0][0]), AccountAction::kSignedOut, act);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::int32_t> PostgresSessionStore::EndAll(const std::string& handle,
                                                          const AccountAct& act,
                                                          Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int32_t> {
    const absl::StatusOr<PersonRecord> person = ReadPerson(tx, handle, true);
    if (!person.ok()) return person.status();
    const std::int32_t ended = EndSessions(tx, handle, "");
    BumpConfigRevision(tx);
    AddEvent(tx, handle, AccountAction::kSignedOutEverywhere, act);
    return ended;
  });
}

absl::StatusOr<std::vector<SessionRecord>> PostgresSessionStore::List(const std::string& handle,
                                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<SessionRecord>> {
    std::vector<SessionRecord> out;
    for (const auto& row : tx.Exec(kList, Text(handle))) out.push_back(ReadSession(row));
    return out;
  });
}

}  // namespace replyguard::storage
