// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Passwords as they are stored: argon2id by libsodium (RFC 9106), with the cost that libsodium
// calls interactive: 64 MiB and two passes, some 60 ms of a core.
//
// Thread-safe. REQUIRES: sodium_init() has succeeded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/mutex.h"

namespace replyguard::service::auth {

inline constexpr std::size_t kPasswordCharsMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 1'024;
// Each takes 64 MiB and a core: more at once would starve whoever else is served.
inline constexpr std::size_t kHashesAtOnceMax = 2;
inline constexpr std::size_t kHashesWaitingMax = 4;

class PasswordHasher {
 public:
  // BLOCKS. RESOURCE_EXHAUSTED when too many wait already, or there is not enough memory.
  absl::StatusOr<std::string> Hash(std::string_view password);
  // Whether the password fits. An empty hash (there is no such account, or no password yet) fits
  // none and takes as long as any other.
  absl::StatusOr<bool> Fits(std::string_view hash, std::string_view password);

 private:
  // False when too many wait.
  bool Enter();
  void Leave();

  Mutex mutex_;
  CondVar left_;
  std::size_t running_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
};

}  // namespace replyguard::service::auth
