// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// The part of the people's store that is about the second factor.
#include "postgres/params.h"
#include "stores/account_rows.h"
#include "stores/people_store.h"

namespace replyguard::storage {
namespace {

constexpr Statement kStart{
    "totp_start",
    "UPDATE replyguard.people SET totp_secret = $2::bytea, totp_confirmed = false, totp_step = "
    "$3::bigint WHERE handle = $1::text"};

// One statement: of wrong codes at once each counts.
constexpr Statement kShorten{
    "totp_shorten",
    "UPDATE replyguard.people SET totp_step = totp_step - $3::bigint, totp_secret = CASE WHEN "
    "totp_step - $3::bigint > $4::bigint THEN totp_secret END "
    "WHERE handle = $1::text AND totp_secret = $2::bytea AND NOT totp_confirmed"};

constexpr Statement kConfirm{"totp_confirm",
                             "UPDATE replyguard.people SET totp_confirmed = true, totp_step = "
                             "$2::bigint WHERE handle = $1::text"};

constexpr Statement kClear{"totp_clear",
                           "UPDATE replyguard.people SET totp_secret = NULL, totp_confirmed = "
                           "false, totp_step = 0 WHERE handle = $1::text"};

constexpr Statement kDropCodes{"recovery_drop",
                               "DELETE FROM replyguard.recovery_codes WHERE handle = $1::text"};

constexpr Statement kAddCode{"recovery_add",
                             "INSERT INTO replyguard.recovery_codes (handle, code_hash) VALUES "
                             "($1::text, $2::bytea)"};

void PutCodes(Tx& tx, const std::string& handle, const std::vector<std::string>& hashes) {
  tx.Exec(kDropCodes, Text(handle));
  for (const std::string& hash : hashes) tx.Exec(kAddCode, Text(handle), Bytes(hash));
}

absl::Status NoTotp() { return absl::FailedPreconditionError("there is no second factor"); }

}  // namespace

void ClearTotp(Tx& tx, const std::string& handle) {
  tx.Exec(kClear, Text(handle));
  tx.Exec(kDropCodes, Text(handle));
}

absl::Status PostgresPeopleStore::StartTotp(const std::string& handle,
                                            const std::string& sealed_secret, std::int64_t until,
                                            Deadline deadline) {
  return Change(handle, deadline,
                [&](Tx& tx, const PersonRecord& person) -> absl::Status {
                  if (person.totp_confirmed) {
                    return absl::FailedPreconditionError("there is a second factor already");
                  }
                  tx.Exec(kStart, Text(handle), Bytes(sealed_secret), until);
                  return absl::OkStatus();
                })
      .status();
}

absl::Status PostgresPeopleStore::ShortenTotp(const std::string& handle,
                                              const std::string& sealed_secret, std::int64_t steps,
                                              std::int64_t present, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kShorten, Text(handle), Bytes(sealed_secret), steps, present);
    return absl::OkStatus();
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::ConfirmTotp(
    const std::string& handle, const std::string& sealed_secret, std::int64_t step,
    const std::vector<std::string>& recovery_hashes, const AccountAct& act, Deadline deadline) {
  return Change(handle, deadline, [&](Tx& tx, const PersonRecord& person) -> absl::Status {
    if (person.totp_confirmed || person.totp_secret != sealed_secret) {
      return absl::AbortedError("another second factor was begun meanwhile");
    }
    tx.Exec(kConfirm, Text(handle), step);
    PutCodes(tx, handle, recovery_hashes);
    AddEvent(tx, handle, AccountAction::kTotpEnabled, act);
    return absl::OkStatus();
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::DisableTotp(const std::string& handle,
                                                              const AccountAct& act,
                                                              Deadline deadline) {
  return Change(handle, deadline, [&](Tx& tx, const PersonRecord& person) -> absl::Status {
    if (!person.totp_confirmed) return NoTotp();
    ClearTotp(tx, handle);
    AddEvent(tx, handle, AccountAction::kTotpDisabled, act);
    return absl::OkStatus();
  });
}

absl::StatusOr<PersonRecord> PostgresPeopleStore::SetRecoveryCodes(
    const std::string& handle, const std::vector<std::string>& recovery_hashes,
    const AccountAct& act, Deadline deadline) {
  return Change(handle, deadline, [&](Tx& tx, const PersonRecord& person) -> absl::Status {
    if (!person.totp_confirmed) return NoTotp();
    PutCodes(tx, handle, recovery_hashes);
    AddEvent(tx, handle, AccountAction::kRecoveryCodesMade, act);
    return absl::OkStatus();
  });
}

}  // namespace replyguard::storage
