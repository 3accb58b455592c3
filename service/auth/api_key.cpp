// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/api_key.h"

#include <sodium.h>

namespace replyguard::service::auth {
namespace {

constexpr std::string_view kHashContext = "replyguard api key 1";

bool IsLowerHex(std::string_view text) {
  for (const char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

KeyHash HashKeyText(std::string_view text) {
  KeyHash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), reinterpret_cast<const unsigned char*>(kHashContext.data()),
                     kHashContext.size());
  return hash;
}

}  // namespace

NewApiKey GenerateApiKey() {
  std::array<unsigned char, kKeyTextDigits / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(kKeyTextDigits + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.resize(kKeyTextDigits);
  sodium_memzero(bytes.data(), bytes.size());
  return {text.substr(0, kKeyIdDigits), text, HashKeyText(text)};
}

std::optional<PresentedKey> ParseApiKey(std::string_view text) {
  if (text.size() != kKeyTextDigits || !IsLowerHex(text)) return std::nullopt;
  return PresentedKey{std::string(text.substr(0, kKeyIdDigits)), HashKeyText(text)};
}

bool SameHash(const KeyHash& a, const KeyHash& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace replyguard::service::auth
