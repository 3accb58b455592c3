// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/usecases/account/account_parts.h"

namespace replyguard::service {

// What people do with their own account. Thread-safe. Every call BLOCKS. PERMISSION_DENIED for a
// principal that is no person. A password that must be repeated and is wrong is INVALID_ARGUMENT
// and counts as a try to sign in.
class OwnAccount {
 public:
  struct Secret {
    std::string base32;
    std::string uri;  // otpauth://
  };

  // How long a second factor that was begun may be confirmed. Each wrong code takes kWrongCodeCosts
  // of it: ten of them end it.
  static constexpr std::chrono::minutes kBegunTotpAgeMax{10};
  static constexpr std::chrono::minutes kWrongCodeCosts{1};

  explicit OwnAccount(AccountParts parts) : parts_(parts) {}

  absl::StatusOr<storage::SessionOfPerson> Get(const Principal& principal,
                                               storage::Deadline deadline) const;
  absl::Status SignOut(const Principal& principal, storage::Deadline deadline) const;
  // Every other session ends.
  absl::Status ChangePassword(const Principal& principal, const std::string& present,
                              const std::string& wanted, const std::string& peer,
                              storage::Deadline deadline) const;
  absl::StatusOr<Secret> StartTotp(const Principal& principal, const std::string& password,
                                   const std::string& peer, storage::Deadline deadline) const;
  // The recovery codes, told once. A wrong code counts as a try to sign in.
  absl::StatusOr<std::vector<std::string>> ConfirmTotp(const Principal& principal,
                                                       const std::string& code,
                                                       const std::string& peer,
                                                       storage::Deadline deadline) const;
  absl::Status DisableTotp(const Principal& principal, const std::string& password,
                           const std::string& peer, storage::Deadline deadline) const;
  absl::StatusOr<std::vector<std::string>> RegenerateRecoveryCodes(
      const Principal& principal, const std::string& password, const std::string& peer,
      storage::Deadline deadline) const;

 private:
  // The person, when the password is his.
  absl::StatusOr<storage::PersonRecord> Proved(const Principal& principal,
                                               const std::string& password, std::string_view field,
                                               const std::string& peer,
                                               storage::Deadline deadline) const;
  // The step of `code`, which must be that of the factor that `person` has begun.
  absl::StatusOr<std::int64_t> MatchBegun(const storage::PersonRecord& person,
                                          const std::string& code,
                                          storage::Deadline deadline) const;
  storage::AccountAct ActOf(const Principal& principal) const;

  const AccountParts parts_;
};

}  // namespace replyguard::service
