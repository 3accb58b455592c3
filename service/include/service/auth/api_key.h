// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// API keys as tokens: service/auth/secret_token.h says what they are.
#pragma once

#include <optional>
#include <string_view>

#include "service/auth/secret_token.h"

namespace replyguard::service::auth {

inline constexpr std::size_t kKeyIdDigits = kTokenIdDigits;
inline constexpr std::size_t kKeySecretDigits = kTokenSecretDigits;
inline constexpr std::size_t kKeyTextDigits = kTokenTextDigits;
inline constexpr std::size_t kKeyHashBytes = kTokenHashBytes;

using KeyHash = TokenHash;
using NewApiKey = NewToken;
using PresentedKey = PresentedToken;

inline NewApiKey GenerateApiKey() { return GenerateToken(TokenKind::kApiKey); }
inline std::optional<PresentedKey> ParseApiKey(std::string_view text) {
  return ParseToken(TokenKind::kApiKey, text);
}

}  // namespace replyguard::service::auth
