// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/second_factor.h"

#include <sodium.h>

#include "service/auth/totp.h"

namespace replyguard::service::auth {
namespace {

constexpr std::uint64_t kHashKeyId = 2;
constexpr char kHashContext[crypto_kdf_CONTEXTBYTES + 1] = "rg-recov";
constexpr std::size_t kGroupChars = 4;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string OwnerOf(std::string_view handle) { return std::string("people/").append(handle); }

}  // namespace

SecondFactorKeys::SecondFactorKeys(std::span<const std::uint8_t, kSealingKeyBytes> deployment_key)
    : sealer_(deployment_key) {
  static_assert(crypto_kdf_KEYBYTES == kSealingKeyBytes);
  crypto_kdf_derive_from_key(hash_key_.data(), hash_key_.size(), kHashKeyId, kHashContext,
                             deployment_key.data());
}

SecondFactorKeys::~SecondFactorKeys() { sodium_memzero(hash_key_.data(), hash_key_.size()); }

std::string SecondFactorKeys::Seal(std::string_view handle, std::string_view secret) const {
  return sealer_.Seal(OwnerOf(handle), secret);
}

std::optional<std::string> SecondFactorKeys::Open(std::string_view handle,
                                                  std::string_view sealed) const {
  return sealer_.Open(OwnerOf(handle), sealed);
}

std::string SecondFactorKeys::RecoveryHash(std::string_view handle, std::string_view code) const {
  std::string text(handle);
  text.push_back('\0');
  text.append(code);
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(Bytes(hash), hash.size(), Bytes(text), text.size(), hash_key_.data(),
                     hash_key_.size());
  return hash;
}

std::vector<std::string> NewRecoveryCodes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    std::string bytes(kRecoveryCodeChars * 5 / 8, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    std::string code;
    for (const char c : PlainCode(Base32(bytes))) {
      if (code.size() % (kGroupChars + 1) == kGroupChars) code.push_back('-');
      code.push_back(c);
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string PlainCode(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

}  // namespace replyguard::service::auth
