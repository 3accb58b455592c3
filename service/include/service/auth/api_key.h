// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// API keys: how they look, how they are made, what is stored of them.
//
// A key is 48 lower-case hexadecimal digits: 16 of public id, then 32 of secret (128 random bits).
// Stored: the id and a BLAKE2b-256 of both. The secret is as strong as the hash, so neither a salt
// nor a slow hash adds anything, and the hash depends on nothing outside the database, so that a
// restored backup keeps its keys.
//
// Thread-safety: pure functions, but for the system's random numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace replyguard::service::auth {

inline constexpr std::size_t kKeyIdDigits = 16;
inline constexpr std::size_t kKeySecretDigits = 32;
inline constexpr std::size_t kKeyTextDigits = kKeyIdDigits + kKeySecretDigits;
inline constexpr std::size_t kKeyHashBytes = 32;

using KeyHash = std::array<std::uint8_t, kKeyHashBytes>;

// A key just made. `text` is what a client sends; it is shown once and kept nowhere.
struct NewApiKey {
  std::string id;
  std::string text;
  KeyHash hash;
};

NewApiKey GenerateApiKey();

// What a presented text says it is; nothing when it does not look like a key.
struct PresentedKey {
  std::string id;
  KeyHash hash;
};
std::optional<PresentedKey> ParseApiKey(std::string_view text);

// Compares in a time that does not depend on the contents.
bool SameHash(const KeyHash& a, const KeyHash& b);

}  // namespace replyguard::service::auth
