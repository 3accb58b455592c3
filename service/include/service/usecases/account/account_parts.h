// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the use cases of accounts share: their parts, the reasons they answer, and checks.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/password.h"
#include "service/auth/principal.h"
#include "service/auth/second_factor.h"
#include "service/auth/sign_in_throttle.h"
#include "service/usecases/clock.h"
#include "service/validation/violation.h"
#include "storage/people_store.h"
#include "storage/session_store.h"

namespace replyguard::service {

inline constexpr std::size_t kHandleBytesMin = 2;
inline constexpr std::size_t kHandleBytesMax = 32;
inline constexpr std::size_t kPersonNameCharsMax = 100;
// A session ends then even if it is used.
inline constexpr std::chrono::hours kSessionAgeMax{7 * 24};
inline constexpr std::chrono::hours kInvitationAgeMax{72};
inline constexpr std::chrono::hours kResetAgeMax{24};

// Thread-safe. All outlive it.
struct AccountParts {
  storage::PeopleStore& people;
  storage::SessionStore& sessions;
  auth::PasswordHasher& hasher;
  auth::SignInThrottle& throttle;
  const auth::SecondFactorKeys& keys;
  const Clock& clock;
};

namespace reasons {
inline constexpr std::string_view kSignInRefused = "SIGN_IN_REFUSED";  // UNAUTHENTICATED
inline constexpr std::string_view kCodeRequired = "CODE_REQUIRED";     // UNAUTHENTICATED
inline constexpr std::string_view kCodeWrong = "CODE_WRONG";           // UNAUTHENTICATED
inline constexpr std::string_view kTooManyTries = "TOO_MANY_TRIES";    // RESOURCE_EXHAUSTED
inline constexpr std::string_view kFactorUnreadable =
    "SECOND_FACTOR_UNREADABLE";                                            // FAILED_PRECONDITION
inline constexpr std::string_view kPersonNotFound = "PERSON_NOT_FOUND";    // NOT_FOUND
inline constexpr std::string_view kPersonExists = "PERSON_EXISTS";         // ALREADY_EXISTS
inline constexpr std::string_view kPersonNotActive = "PERSON_NOT_ACTIVE";  // FAILED_PRECONDITION
inline constexpr std::string_view kOneself = "ONESELF";                    // FAILED_PRECONDITION
inline constexpr std::string_view kLinkGone = "LINK_GONE";                 // NOT_FOUND
inline constexpr std::string_view kPasswordChanged = "PASSWORD_CHANGED";   // ABORTED
inline constexpr std::string_view kTotpExists = "TOTP_EXISTS";             // FAILED_PRECONDITION
inline constexpr std::string_view kNoTotp = "NO_TOTP";                     // FAILED_PRECONDITION
inline constexpr std::string_view kTotpReplaced = "TOTP_REPLACED";         // ABORTED
}  // namespace reasons

// [a-z0-9._-]{2,32}.
bool IsHandle(std::string_view text);

// Long enough, not too long, not the handle, not one character over and over.
void CheckNewPassword(std::string_view password, std::string_view handle, std::string_view field,
                      validation::Violations& violations);

// Too long to be looked at; adds nothing otherwise.
void CheckPresentPassword(std::string_view password, std::string_view field,
                          validation::Violations& violations);

// RESOURCE_EXHAUSTED with a retry delay.
absl::Status TooManyTries(std::chrono::milliseconds wait);

// OVERLOADED for what the hasher answers.
absl::Status HasherBusy();

// Notes a try that was refused, unless there were too many. A failure of storage is nobody's loss.
void RecordRefusal(const AccountParts& parts, const std::string& handle,
                   storage::Deadline deadline);

}  // namespace replyguard::service
