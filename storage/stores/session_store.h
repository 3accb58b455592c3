// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/session_store.h"

namespace replyguard::storage {

class PostgresSessionStore final : public SessionStore {
 public:
  explicit PostgresSessionStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<PersonRecord> Start(const SessionRecord& session, const SignInProof& proof,
                                     Deadline deadline) override;
  absl::StatusOr<SessionOfPerson> Get(const std::string& session_id, Deadline deadline) override;
  absl::Status Touch(const std::string& session_id, Timestamp at, Deadline deadline) override;
  absl::Status End(const std::string& session_id, const AccountAct& act,
                   Deadline deadline) override;
  absl::StatusOr<std::int32_t> EndAll(const std::string& handle, const AccountAct& act,
                                      Deadline deadline) override;
  absl::StatusOr<std::vector<SessionRecord>> List(const std::string& handle,
                                                  Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
