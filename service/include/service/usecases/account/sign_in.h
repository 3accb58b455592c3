// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/usecases/account/account_parts.h"

namespace replyguard::service {

// Begins sessions. Thread-safe. Every call BLOCKS: run it on a bounded executor.
class SignIn {
 public:
  struct Request {
    std::string handle;
    std::string password;
    std::string code;    // of the app, or a recovery code; may be empty
    std::string peer;    // as "ipv4:192.0.2.1"
    std::string client;  // what the browser calls itself
  };
  struct Result {
    std::string token;  // of the session; told once, kept nowhere
    storage::SessionRecord session;
    storage::PersonRecord person;
  };

  explicit SignIn(AccountParts parts) : parts_(parts) {}

  // UNAUTHENTICATED: SIGN_IN_REFUSED, the same whether or not there is such a person; once the
  // password was right CODE_REQUIRED or CODE_WRONG. TOO_MANY_TRIES. SECOND_FACTOR_UNREADABLE when
  // the deployment's key was replaced.
  absl::StatusOr<Result> Begin(const Request& request, storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::SignInProof> Prove(const Request& request,
                                             const storage::PersonRecord& person) const;
  absl::Status Refuse(std::string_view reason, const std::string& handle,
                      storage::Deadline deadline) const;

  const AccountParts parts_;
};

}  // namespace replyguard::service
