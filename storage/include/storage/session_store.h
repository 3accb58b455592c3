// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Sessions of the console.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/account.h"

namespace replyguard::storage {

// What was proved before a session begins; checked again in the transaction that begins it.
struct SignInProof {
  std::string password_hash;                 // the one that the password fitted
  std::optional<std::int64_t> totp_step;     // must be newer than the newest used
  std::optional<std::string> recovery_hash;  // must be there; is used up
};

struct SessionOfPerson {
  SessionRecord session;
  PersonRecord person;
};

// Thread-safe. What ends sessions shows in LogHeads::config_revision, so that caches forget them
// within a second.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  // Begins one; deletes the person's expired ones, and his oldest beyond kSessionsPerPersonMax.
  // ABORTED when the proof no longer holds (a code used before among it), or he is deactivated.
  virtual absl::StatusOr<PersonRecord> Start(const SessionRecord& session, const SignInProof& proof,
                                             Deadline deadline) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<SessionOfPerson> Get(const std::string& session_id, Deadline deadline) = 0;
  // Notes that it is in use. One that has ended stays ended.
  virtual absl::Status Touch(const std::string& session_id, Timestamp at, Deadline deadline) = 0;
  // OK also when it has ended.
  virtual absl::Status End(const std::string& session_id, const AccountAct& act,
                           Deadline deadline) = 0;
  // How many there were. NOT_FOUND: there is no such person.
  virtual absl::StatusOr<std::int32_t> EndAll(const std::string& handle, const AccountAct& act,
                                              Deadline deadline) = 0;
  // Newest first, expired ones included.
  virtual absl::StatusOr<std::vector<SessionRecord>> List(const std::string& handle,
                                                          Deadline deadline) = 0;
};

}  // namespace replyguard::storage
