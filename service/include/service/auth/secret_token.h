// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Secrets that we make and hand out: API keys, session tokens, one-time links. How they look, how
// they are made, what is stored of them.
//
// A token is 48 lower-case hexadecimal digits: 16 of public id, then 32 of secret (128 random
// bits). Stored: the id and a BLAKE2b-256 of both, keyed by what the token is for, so that none
// passes for one of another kind. The secret is as strong as the hash, so neither a salt nor a slow
// hash adds anything, and the hash depends on nothing outside the database, so that a restored
// backup keeps its tokens.
//
// Thread-safety: pure functions, but for the system's random numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace replyguard::service::auth {

inline constexpr std::size_t kTokenIdDigits = 16;
inline constexpr std::size_t kTokenSecretDigits = 32;
inline constexpr std::size_t kTokenTextDigits = kTokenIdDigits + kTokenSecretDigits;
inline constexpr std::size_t kTokenHashBytes = 32;

enum class TokenKind { kApiKey, kSession, kLink };

using TokenHash = std::array<std::uint8_t, kTokenHashBytes>;

// A token just made. `text` is what a client sends; it is told once and kept nowhere.
struct NewToken {
  std::string id;
  std::string text;
  TokenHash hash;
};

NewToken GenerateToken(TokenKind kind);

// What a presented text says it is; nothing when it does not look like a token.
struct PresentedToken {
  std::string id;
  TokenHash hash;
};
std::optional<PresentedToken> ParseToken(TokenKind kind, std::string_view text);

// As columns hold it.
std::string HashText(const TokenHash& hash);
// Nothing when it has another size.
std::optional<TokenHash> HashOfText(std::string_view bytes);

// Compares in a time that does not depend on the contents.
bool SameHash(const TokenHash& a, const TokenHash& b);

}  // namespace replyguard::service::auth
