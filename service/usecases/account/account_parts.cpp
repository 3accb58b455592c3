// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/account/account_parts.h"

#include <algorithm>

#include "service/usecases/errors.h"
#include "service/validation/text.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::milliseconds kHasherRetryDelay{1'000};

absl::Status Exhausted(std::string_view reason, std::string_view message,
                       std::chrono::milliseconds wait) {
  ErrorDetail detail;
  detail.reason = std::string(reason);
  detail.retry_delay = wait;
  return MakeError(absl::StatusCode::kResourceExhausted, message, detail);
}

}  // namespace

bool IsHandle(std::string_view text) {
  return text.size() >= kHandleBytesMin && text.size() <= kHandleBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

void CheckNewPassword(std::string_view password, std::string_view handle, std::string_view field,
                      validation::Violations& violations) {
  using namespace validation;
  if (password.size() > auth::kPasswordBytesMax) {
    violations.Add(field, reason::kTooLong, "A password has at most 1,024 bytes.");
  } else if (!IsValidUtf8(password)) {
    violations.Add(field, reason::kUtf8Invalid, "The password is not valid UTF-8.");
  } else if (CountChars(password) < auth::kPasswordCharsMin) {
    violations.Add(field, reason::kValueInvalid, "A password has at least 12 characters.");
  } else if (password == handle) {
    violations.Add(field, reason::kValueInvalid, "The password must not be the handle.");
  } else if (password.find_first_not_of(password.front()) == std::string_view::npos) {
    violations.Add(field, reason::kValueInvalid, "The password is one character over and over.");
  }
}

void CheckPresentPassword(std::string_view password, std::string_view field,
                          validation::Violations& violations) {
  if (password.size() <= auth::kPasswordBytesMax) return;
  violations.Add(field, validation::reason::kTooLong, "A password has at most 1,024 bytes.");
}

absl::Status TooManyTries(std::chrono::milliseconds wait) {
  return Exhausted(reasons::kTooManyTries, "too many wrong tries; wait a while", wait);
}

absl::Status HasherBusy() {
  return Exhausted(reasons::kOverloaded, "too many passwords are being checked at once",
                   kHasherRetryDelay);
}

void RecordRefusal(const AccountParts& parts, const std::string& handle,
                   storage::Deadline deadline) {
  if (!parts.throttle.TakeRecord()) return;
  storage::AccountEvent event;
  event.handle = handle;
  event.action = storage::AccountAction::kSignInRefused;
  event.at = parts.clock.Now();
  parts.people.Record(event, deadline).IgnoreError();
}

}  // namespace replyguard::service
