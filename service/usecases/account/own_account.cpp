// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/account/own_account.h"

#include "service/auth/totp.h"
#include "service/usecases/errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr ErrorMeaning kMeaning{.not_found = reasons::kPersonNotFound,
                                .aborted = reasons::kPasswordChanged,
                                .failed_precondition = reasons::kNoTotp};

absl::Status NotAPerson() {
  return MakeError(absl::StatusCode::kPermissionDenied, reasons::kPermissionDenied,
                   "this is for whoever is signed in; a key is no person");
}

std::vector<std::string> HashesOf(const auth::SecondFactorKeys& keys, const std::string& handle,
                                  const std::vector<std::string>& codes) {
  std::vector<std::string> hashes;
  hashes.reserve(codes.size());
  for (const std::string& code : codes) {
    hashes.push_back(keys.RecoveryHash(handle, auth::PlainCode(code)));
  }
  return hashes;
}

}  // namespace

storage::AccountAct OwnAccount::ActOf(const Principal& principal) const {
  return {principal.key_id, parts_.clock.Now()};
}

absl::StatusOr<storage::SessionOfPerson> OwnAccount::Get(const Principal& principal,
                                                         storage::Deadline deadline) const {
  if (!principal.person) return NotAPerson();
  auto found = parts_.sessions.Get(principal.person->session_id, deadline);
  if (!found.ok()) return FromStorage(found.status(), kMeaning);
  return found;
}

absl::Status OwnAccount::SignOut(const Principal& principal, storage::Deadline deadline) const {
  if (!principal.person) return NotAPerson();
  return FromStorage(parts_.sessions.End(principal.person->session_id, ActOf(principal), deadline));
}

absl::StatusOr<storage::PersonRecord> OwnAccount::Proved(const Principal& principal,
                                                         const std::string& password,
                                                         std::string_view field,
                                                         const std::string& peer,
                                                         storage::Deadline deadline) const {
  if (!principal.person) return NotAPerson();
  const std::string& handle = principal.person->handle;
  validation::Violations violations;
  CheckPresentPassword(password, field, violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  if (const auto wait = parts_.throttle.Try(handle, peer)) return TooManyTries(*wait);
  auto person = parts_.people.Get(handle, deadline);
  if (!person.ok()) {
    parts_.throttle.GiveBack(handle, peer);
    return FromStorage(person.status(), kMeaning);
  }
  const auto fits = parts_.hasher.Fits(person->password_hash, password);
  if (!fits.ok() || *fits) parts_.throttle.GiveBack(handle, peer);
  if (!fits.ok()) return HasherBusy();
  if (*fits) return person;
  RecordRefusal(parts_, handle, deadline);
  return InvalidField(field, validation::reason::kValueInvalid, "That is not your password.");
}

absl::Status OwnAccount::ChangePassword(const Principal& principal, const std::string& present,
                                        const std::string& wanted, const std::string& peer,
                                        storage::Deadline deadline) const {
  if (!principal.person) return NotAPerson();
  const std::string& handle = principal.person->handle;
  validation::Violations violations;
  CheckNewPassword(wanted, handle, "new_password", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const auto person = Proved(principal, present, "present_password", peer, deadline);
  if (!person.ok()) return person.status();
  const auto hash = parts_.hasher.Hash(wanted);
  if (!hash.ok()) return HasherBusy();
  return FromStorage(
      parts_.people
          .SetPassword({handle, person->password_hash, *hash, principal.person->session_id},
                       ActOf(principal), deadline)
          .status(),
      kMeaning);
}

absl::StatusOr<OwnAccount::Secret> OwnAccount::StartTotp(const Principal& principal,
                                                         const std::string& password,
                                                         const std::string& peer,
                                                         storage::Deadline deadline) const {
  const auto person = Proved(principal, password, "password", peer, deadline);
  if (!person.ok()) return person.status();
  const std::string secret = auth::NewTotpSecret();
  const std::int64_t until = auth::TotpStepAt(parts_.clock.Now() + kBegunTotpAgeMax);
  const absl::Status started = parts_.people.StartTotp(
      person->handle, parts_.keys.Seal(person->handle, secret), until, deadline);
  if (!started.ok()) {
    return FromStorage(started, {.not_found = reasons::kPersonNotFound,
                                 .failed_precondition = reasons::kTotpExists});
  }
  return Secret{auth::Base32(secret), auth::TotpUri(person->handle, secret)};
}

absl::StatusOr<std::int64_t> OwnAccount::MatchBegun(const storage::PersonRecord& person,
                                                    const std::string& code,
                                                    storage::Deadline deadline) const {
  if (person.totp_confirmed) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kTotpExists,
                     "there is a second factor already");
  }
  const auto secret = parts_.keys.Open(person.handle, person.totp_secret);
  const std::int64_t present = auth::TotpStepAt(parts_.clock.Now());
  if (!secret || person.totp_step <= present) {
    parts_.people.ShortenTotp(person.handle, person.totp_secret, 0, present, deadline)
        .IgnoreError();
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kNoTotp,
                     "no second factor was begun, or it is over, after ten minutes or some wrong "
                     "codes: StartTotp comes first");
  }
  const auto step = auth::MatchTotp(*secret, auth::PlainCode(code), parts_.clock.Now(), 0);
  if (step) return *step;
  const absl::Status counted = parts_.people.ShortenTotp(
      person.handle, person.totp_secret,
      kWrongCodeCosts / std::chrono::seconds(auth::kTotpStepSeconds), present, deadline);
  if (!counted.ok()) return FromStorage(counted);
  return InvalidField("code", validation::reason::kValueInvalid,
                      "That is not the code that the app should show now.");
}

absl::StatusOr<std::vector<std::string>> OwnAccount::ConfirmTotp(const Principal& principal,
                                                                 const std::string& code,
                                                                 const std::string& peer,
                                                                 storage::Deadline deadline) const {
  if (!principal.person) return NotAPerson();
  const std::string& handle = principal.person->handle;
  if (const auto wait = parts_.throttle.Try(handle, peer)) return TooManyTries(*wait);
  const auto person = parts_.people.Get(handle, deadline);
  if (!person.ok()) {
    parts_.throttle.GiveBack(handle, peer);
    return FromStorage(person.status(), kMeaning);
  }
  const auto step = MatchBegun(*person, code, deadline);
  if (absl::IsInvalidArgument(step.status())) {
    RecordRefusal(parts_, handle, deadline);
    return step.status();
  }
  parts_.throttle.GiveBack(handle, peer);
  if (!step.ok()) return step.status();
  std::vector<std::string> codes = auth::NewRecoveryCodes();
  const auto confirmed =
      parts_.people.ConfirmTotp(handle, person->totp_secret, *step,
                                HashesOf(parts_.keys, handle, codes), ActOf(principal), deadline);
  if (!confirmed.ok()) {
    return FromStorage(confirmed.status(),
                       {.not_found = reasons::kPersonNotFound, .aborted = reasons::kTotpReplaced});
  }
  return codes;
}

absl::Status OwnAccount::DisableTotp(const Principal& principal, const std::string& password,
                                     const std::string& peer, storage::Deadline deadline) const {
  const auto person = Proved(principal, password, "password", peer, deadline);
  if (!person.ok()) return person.status();
  return FromStorage(parts_.people.DisableTotp(person->handle, ActOf(principal), deadline).status(),
                     kMeaning);
}

absl::StatusOr<std::vector<std::string>> OwnAccount::RegenerateRecoveryCodes(
    const Principal& principal, const std::string& password, const std::string& peer,
    storage::Deadline deadline) const {
  const auto person = Proved(principal, password, "password", peer, deadline);
  if (!person.ok()) return person.status();
  std::vector<std::string> codes = auth::NewRecoveryCodes();
  const auto set = parts_.people.SetRecoveryCodes(
      person->handle, HashesOf(parts_.keys, person->handle, codes), ActOf(principal), deadline);
  if (!set.ok()) return FromStorage(set.status(), kMeaning);
  return codes;
}

}  // namespace replyguard::service
