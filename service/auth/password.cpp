// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/password.h"

#include <sodium.h>

#include <array>

namespace replyguard::service::auth {
namespace {

// Of no password: what is compared to where there is none. Its costs are those of Hash.
constexpr char kNoPassword[] =
    "$argon2id$v=19$m=65536,t=2,p=1$cmVwbHlndWFyZCBub25lMQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

absl::Status TooMany() {
  return absl::ResourceExhaustedError("too many passwords are being checked");
}

}  // namespace

bool PasswordHasher::Enter() {
  MutexLock lock(mutex_);
  if (running_ >= kHashesAtOnceMax) {
    if (waiting_ >= kHashesWaitingMax) return false;
    ++waiting_;
    while (running_ >= kHashesAtOnceMax) left_.Wait(mutex_);
    --waiting_;
  }
  ++running_;
  return true;
}

void PasswordHasher::Leave() {
  MutexLock lock(mutex_);
  --running_;
  left_.NotifyAll();
}

absl::StatusOr<std::string> PasswordHasher::Hash(std::string_view password) {
  if (!Enter()) return TooMany();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed = crypto_pwhash_str_alg(
      text.data(), password.data(), password.size(), crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
      crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  Leave();
  if (failed != 0) return TooMany();
  return std::string(text.data());
}

absl::StatusOr<bool> PasswordHasher::Fits(std::string_view hash, std::string_view password) {
  const std::string text(hash.empty() ? kNoPassword : hash);
  if (!Enter()) return TooMany();
  const bool fits = crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
  Leave();
  return fits && !hash.empty();
}

}  // namespace replyguard::service::auth
