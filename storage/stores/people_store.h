// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "postgres/pool.h"
#include "storage/people_store.h"

namespace replyguard::storage {

class PostgresPeopleStore final : public PeopleStore {
 public:
  explicit PostgresPeopleStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<PersonRecord> Invite(const PersonRecord& person, const AccountLink& link,
                                      bool replace_waiting, const AccountAct& act,
                                      Deadline deadline) override;
  absl::StatusOr<PersonRecord> Get(const std::string& handle, Deadline deadline) override;
  absl::StatusOr<std::vector<PersonRecord>> List(const PeopleQuery& query,
                                                 Deadline deadline) override;
  absl::StatusOr<PersonRecord> SetRole(const std::string& handle, std::optional<SiteId> site_id,
                                       std::optional<KeyRole> role, const MayChange& may,
                                       const AccountAct& act, Deadline deadline) override;
  absl::StatusOr<PersonRecord> SetActive(const std::string& handle, bool active,
                                         const MayChange& may, const AccountAct& act,
                                         Deadline deadline) override;
  absl::StatusOr<PersonRecord> CreateReset(const AccountLink& link, const AccountAct& act,
                                           Deadline deadline) override;
  absl::StatusOr<std::string> FindLink(LinkKind kind, const std::string& link_id,
                                       const std::string& token_hash, Timestamp at,
                                       Deadline deadline) override;
  absl::StatusOr<PersonRecord> UseLink(LinkKind kind, const std::string& link_id,
                                       const std::string& token_hash,
                                       const std::string& password_hash, Timestamp at,
                                       Deadline deadline) override;
  absl::StatusOr<PersonRecord> SetPassword(const NewPassword& password, const AccountAct& act,
                                           Deadline deadline) override;
  absl::Status StartTotp(const std::string& handle, const std::string& sealed_secret,
                         std::int64_t until, Deadline deadline) override;
  absl::Status ShortenTotp(const std::string& handle, const std::string& sealed_secret,
                           std::int64_t steps, std::int64_t present, Deadline deadline) override;
  absl::StatusOr<PersonRecord> ConfirmTotp(const std::string& handle,
                                           const std::string& sealed_secret, std::int64_t step,
                                           const std::vector<std::string>& recovery_hashes,
                                           const AccountAct& act, Deadline deadline) override;
  absl::StatusOr<PersonRecord> DisableTotp(const std::string& handle, const AccountAct& act,
                                           Deadline deadline) override;
  absl::StatusOr<PersonRecord> SetRecoveryCodes(const std::string& handle,
                                                const std::vector<std::string>& recovery_hashes,
                                                const AccountAct& act, Deadline deadline) override;
  absl::Status Record(const AccountEvent& event, Deadline deadline) override;
  absl::StatusOr<std::vector<AccountEvent>> ListEvents(const AccountEventQuery& query,
                                                       Deadline deadline) override;

 private:
  // Changes a person who is locked, and answers him as he is then.
  absl::StatusOr<PersonRecord> Change(
      const std::string& handle, Deadline deadline,
      const std::function<absl::Status(Tx& tx, const PersonRecord& person)>& change);
  // The same when `may` allows it.
  absl::StatusOr<PersonRecord> ChangeIf(
      const std::string& handle, const MayChange& may, const AccountAct& act, Deadline deadline,
      const std::function<absl::Status(Tx& tx, const PersonRecord& person)>& change);

  Pool& pool_;
};

}  // namespace replyguard::storage
