// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the deployment's key protects of second factors, so that a copy of the database alone gives
// none away: TOTP secrets are sealed (service/auth/sealer.h), recovery codes hashed under a key.
//
// Thread-safety: immutable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/auth/sealer.h"

namespace replyguard::service::auth {

inline constexpr std::size_t kRecoveryCodes = 10;
inline constexpr std::size_t kRecoveryCodeChars = 16;  // of base 32: 80 random bits
// As typed, spaces and "-" included.
inline constexpr std::size_t kCodeBytesMax = 64;

class SecondFactorKeys {
 public:
  explicit SecondFactorKeys(std::span<const std::uint8_t, kSealingKeyBytes> deployment_key);
  ~SecondFactorKeys();
  SecondFactorKeys(const SecondFactorKeys&) = delete;
  SecondFactorKeys& operator=(const SecondFactorKeys&) = delete;

  // Sealed together with the handle: it opens for nobody else.
  std::string Seal(std::string_view handle, std::string_view secret) const;
  // Nothing when it was not sealed under this key for this handle.
  std::optional<std::string> Open(std::string_view handle, std::string_view sealed) const;

  // 32 bytes. `code` without spaces and "-", in lower case.
  std::string RecoveryHash(std::string_view handle, std::string_view code) const;

 private:
  const Sealer sealer_;
  std::array<std::uint8_t, 32> hash_key_{};
};

// kRecoveryCodes of them, as shown: "abcd-efgh-ijkl-mnop".
std::vector<std::string> NewRecoveryCodes();

// A code as it counts: without spaces and "-", in lower case.
std::string PlainCode(std::string_view typed);

}  // namespace replyguard::service::auth
