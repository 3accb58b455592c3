// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/secret_token.h"

#include <sodium.h>

#include <algorithm>

namespace replyguard::service::auth {
namespace {

std::string_view ContextOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kApiKey:
      return "replyguard api key 1";
    case TokenKind::kSession:
      return "replyguard session 1";
    case TokenKind::kLink:
      return "replyguard link 1";
  }
  return {};
}

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

TokenHash HashToken(TokenKind kind, std::string_view text) {
  const std::string_view context = ContextOf(kind);
  TokenHash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), reinterpret_cast<const unsigned char*>(context.data()),
                     context.size());
  return hash;
}

}  // namespace

NewToken GenerateToken(TokenKind kind) {
  std::array<unsigned char, kTokenTextDigits / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(kTokenTextDigits + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.resize(kTokenTextDigits);
  sodium_memzero(bytes.data(), bytes.size());
  return {text.substr(0, kTokenIdDigits), text, HashToken(kind, text)};
}

std::optional<PresentedToken> ParseToken(TokenKind kind, std::string_view text) {
  if (text.size() != kTokenTextDigits || !IsLowerHex(text)) return std::nullopt;
  return PresentedToken{std::string(text.substr(0, kTokenIdDigits)), HashToken(kind, text)};
}

std::string HashText(const TokenHash& hash) { return {hash.begin(), hash.end()}; }

std::optional<TokenHash> HashOfText(std::string_view bytes) {
  TokenHash hash{};
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

bool SameHash(const TokenHash& a, const TokenHash& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace replyguard::service::auth
