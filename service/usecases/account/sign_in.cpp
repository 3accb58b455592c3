// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/account/sign_in.h"

#include <utility>

#include "service/auth/secret_token.h"
#include "service/auth/totp.h"
#include "service/usecases/errors.h"
#include "service/validation/text.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

absl::Status Unauthenticated(std::string_view reason) {
  std::string_view text = "handle or password is wrong";
  if (reason == reasons::kCodeRequired) text = "the code of the app, or a recovery code, is needed";
  if (reason == reasons::kCodeWrong) text = "the code is wrong, or was used before";
  return MakeError(absl::StatusCode::kUnauthenticated, reason, text);
}

absl::Status CheckRequest(const SignIn::Request& request) {
  validation::Violations violations;
  CheckPresentPassword(request.password, "password", violations);
  if (request.code.size() > auth::kCodeBytesMax) {
    violations.Add("code", validation::reason::kTooLong, "A code has at most 64 bytes.");
  }
  return InvalidFields(violations);
}

std::string ClientText(const std::string& client) {
  if (!validation::IsValidUtf8(client)) return {};
  return CutText(storage::MaskText(client).text(), storage::kSessionClientBytesMax);
}

}  // namespace

absl::StatusOr<SignIn::Result> SignIn::Begin(const Request& request,
                                             storage::Deadline deadline) const {
  if (absl::Status status = CheckRequest(request); !status.ok()) return status;
  if (const auto wait = parts_.throttle.Try(request.handle, request.peer)) {
    return TooManyTries(*wait);
  }
  const auto give_back = [&](bool signed_in) {
    parts_.throttle.GiveBack(request.handle, request.peer, signed_in);
  };
  absl::StatusOr<storage::PersonRecord> person = absl::NotFoundError("");
  if (IsHandle(request.handle)) person = parts_.people.Get(request.handle, deadline);
  if (!person.ok() && !absl::IsNotFound(person.status())) {
    give_back(false);
    return FromStorage(person.status());
  }
  // Looked at in every case, so that all take the same time.
  const bool usable = person.ok() && !person->deactivated_at;
  const auto fits =
      parts_.hasher.Fits(usable ? person->password_hash : std::string(), request.password);
  if (!fits.ok()) {
    give_back(false);
    return HasherBusy();
  }
  if (!*fits) {
    return Refuse(reasons::kSignInRefused, person.ok() ? request.handle : std::string(), deadline);
  }
  auto proof = Prove(request, *person);
  if (ReasonOf(proof.status()) == reasons::kCodeWrong) {
    return Refuse(reasons::kCodeWrong, request.handle, deadline);
  }
  if (!proof.ok()) {
    give_back(false);
    return proof.status();
  }
  auth::NewToken token = auth::GenerateToken(auth::TokenKind::kSession);
  storage::SessionRecord session;
  session.session_id = token.id;
  session.token_hash = auth::HashText(token.hash);
  session.handle = request.handle;
  session.client = ClientText(request.client);
  session.created_at = session.seen_at = parts_.clock.Now();
  session.expires_at = session.created_at + kSessionAgeMax;
  auto started = parts_.sessions.Start(session, *proof, deadline);
  if (absl::IsAborted(started.status())) {
    return Refuse(person->totp_confirmed ? reasons::kCodeWrong : reasons::kSignInRefused,
                  request.handle, deadline);
  }
  give_back(started.ok());
  if (!started.ok()) return FromStorage(started.status());
  return Result{std::move(token.text), std::move(session), *std::move(started)};
}

absl::StatusOr<storage::SignInProof> SignIn::Prove(const Request& request,
                                                   const storage::PersonRecord& person) const {
  storage::SignInProof proof;
  proof.password_hash = person.password_hash;
  if (!person.totp_confirmed) return proof;
  const std::string code = auth::PlainCode(request.code);
  if (code.empty()) return Unauthenticated(reasons::kCodeRequired);
  if (code.size() == auth::kRecoveryCodeChars) {
    proof.recovery_hash = parts_.keys.RecoveryHash(person.handle, code);
    return proof;
  }
  const auto secret = parts_.keys.Open(person.handle, person.totp_secret);
  if (!secret) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kFactorUnreadable,
                     "the second factor was made under another deployment key: ask an operator for "
                     "a reset that clears it");
  }
  proof.totp_step = auth::MatchTotp(*secret, code, parts_.clock.Now(), person.totp_step);
  if (!proof.totp_step) return Unauthenticated(reasons::kCodeWrong);
  return proof;
}

absl::Status SignIn::Refuse(std::string_view reason, const std::string& handle,
                            storage::Deadline deadline) const {
  RecordRefusal(parts_, handle, deadline);
  return Unauthenticated(reason);
}

}  // namespace replyguard::service
