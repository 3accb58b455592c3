// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// People, their roles, one-time links and the audit trail of all that is done to accounts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/account.h"

namespace replyguard::storage {

struct PeopleQuery {
  std::string after;              // the last handle of the page before
  std::optional<SiteId> site_id;  // only those with a role of their own there
  std::int32_t limit = 50;        // 1 to kPeoplePageMax
};

struct AccountEventQuery {
  std::optional<std::string> handle;  // of this person, or by him
  std::int64_t before = 0;            // the last event_id of the page before; 0: the newest
  std::int32_t limit = 50;            // 1 to kAccountEventPageMax
};

struct NewPassword {
  std::string handle;
  std::string from_hash;  // ABORTED unless it is the present one
  std::string to_hash;
  std::string keep_session;  // every other session ends; empty: all
};

// Thread-safe. Each change is one transaction with its row of the audit trail. What ends sessions
// or changes what they may do shows in LogHeads::config_revision. NOT_FOUND: there is no such
// person. Each answers the person as he is now.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  // Adds a person without a password. One whose invitation still waits is replaced when
  // `replace_waiting`: his earlier link dies. ALREADY_EXISTS; NOT_FOUND for a site.
  virtual absl::StatusOr<PersonRecord> Invite(const PersonRecord& person, const AccountLink& link,
                                              bool replace_waiting, const AccountAct& act,
                                              Deadline deadline) = 0;
  virtual absl::StatusOr<PersonRecord> Get(const std::string& handle, Deadline deadline) = 0;
  // By handle.
  virtual absl::StatusOr<std::vector<PersonRecord>> List(const PeopleQuery& query,
                                                         Deadline deadline) = 0;
  // Whether a person as he is may be changed by the actor as he is (null: a key); what else it
  // answers is the answer. Asked within the transaction that changes the one and has locked both:
  // of two who take each other's place at the same moment one is first. An actor who is nobody:
  // NOT_FOUND.
  using MayChange = std::function<absl::Status(const PersonRecord&, const PersonRecord* actor)>;
  // No site: on every site, which ends the person's sessions; one of a site ends none, and shows in
  // LogHeads::config_revision all the same. No role: takes it away. The role that he has already
  // changes nothing. NOT_FOUND also for the site.
  virtual absl::StatusOr<PersonRecord> SetRole(const std::string& handle,
                                               std::optional<SiteId> site_id,
                                               std::optional<KeyRole> role, const MayChange& may,
                                               const AccountAct& act, Deadline deadline) = 0;
  // Deactivating ends his sessions and links. Again changes nothing.
  virtual absl::StatusOr<PersonRecord> SetActive(const std::string& handle, bool active,
                                                 const MayChange& may, const AccountAct& act,
                                                 Deadline deadline) = 0;

  // Earlier links of the person die. FAILED_PRECONDITION while he is invited or deactivated.
  virtual absl::StatusOr<PersonRecord> CreateReset(const AccountLink& link, const AccountAct& act,
                                                   Deadline deadline) = 0;
  // Whose link it is. NOT_FOUND: no such link, used, or expired by `at`.
  virtual absl::StatusOr<std::string> FindLink(LinkKind kind, const std::string& link_id,
                                               const std::string& token_hash, Timestamp at,
                                               Deadline deadline) = 0;
  // Uses the link up and sets the password; ends every session. NOT_FOUND: no such link, used, or
  // expired by `act.at`, or its person is deactivated. The actor is the person himself.
  virtual absl::StatusOr<PersonRecord> UseLink(LinkKind kind, const std::string& link_id,
                                               const std::string& token_hash,
                                               const std::string& password_hash, Timestamp at,
                                               Deadline deadline) = 0;
  virtual absl::StatusOr<PersonRecord> SetPassword(const NewPassword& password,
                                                   const AccountAct& act, Deadline deadline) = 0;

  // It must be confirmed before the time step `until`. FAILED_PRECONDITION when a confirmed one is
  // there.
  virtual absl::Status StartTotp(const std::string& handle, const std::string& sealed_secret,
                                 std::int64_t until, Deadline deadline) = 0;
  // Lets the one that was started, if it is the one given, end `steps` earlier; drops it if
  // that is not after `present`. OK for no such one.
  virtual absl::Status ShortenTotp(const std::string& handle, const std::string& sealed_secret,
                                   std::int64_t steps, std::int64_t present, Deadline deadline) = 0;
  // Makes the one that was started ask for codes from now on. ABORTED when it is not the one given,
  // or confirmed already.
  virtual absl::StatusOr<PersonRecord> ConfirmTotp(const std::string& handle,
                                                   const std::string& sealed_secret,
                                                   std::int64_t step,
                                                   const std::vector<std::string>& recovery_hashes,
                                                   const AccountAct& act, Deadline deadline) = 0;
  // Its recovery codes go with it. FAILED_PRECONDITION when there is none.
  virtual absl::StatusOr<PersonRecord> DisableTotp(const std::string& handle, const AccountAct& act,
                                                   Deadline deadline) = 0;
  // Instead of those that are left. FAILED_PRECONDITION without TOTP.
  virtual absl::StatusOr<PersonRecord> SetRecoveryCodes(
      const std::string& handle, const std::vector<std::string>& recovery_hashes,
      const AccountAct& act, Deadline deadline) = 0;

  // An event without a change: a sign-in that was refused.
  virtual absl::Status Record(const AccountEvent& event, Deadline deadline) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<AccountEvent>> ListEvents(const AccountEventQuery& query,
                                                               Deadline deadline) = 0;
};

}  // namespace replyguard::storage
