// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/second_factor.h"

#include <sodium.h>

#include "service/auth/totp.h"

namespace replyguard::service::auth {
namespace {

// Beside page tokens (service/rpc/tokens), which have number 1.
constexpr std::uint64_t kSealKeyId = 2;
constexpr std::uint64_t kHashKeyId = 3;
constexpr char kSealContext[crypto_kdf_CONTEXTBYTES + 1] = "rg-totp1";
constexpr char kHashContext[crypto_kdf_CONTEXTBYTES + 1] = "rg-recov";
constexpr std::size_t kGroupChars = 4;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

SecondFactorKeys::SecondFactorKeys(std::span<const std::uint8_t, 32> deployment_key) {
  static_assert(crypto_kdf_KEYBYTES == 32 && crypto_secretbox_KEYBYTES == 32);
  crypto_kdf_derive_from_key(seal_key_.data(), seal_key_.size(), kSealKeyId, kSealContext,
                             deployment_key.data());
  crypto_kdf_derive_from_key(hash_key_.data(), hash_key_.size(), kHashKeyId, kHashContext,
                             deployment_key.data());
}

SecondFactorKeys::~SecondFactorKeys() {
  sodium_memzero(seal_key_.data(), seal_key_.size());
  sodium_memzero(hash_key_.data(), hash_key_.size());
}

std::string SecondFactorKeys::Seal(std::string_view handle, std::string_view secret) const {
  std::string plain(handle);
  plain.push_back('\0');
  plain.append(secret);
  std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size(), '\0');
  randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(Bytes(sealed) + crypto_secretbox_NONCEBYTES, Bytes(plain), plain.size(),
                        Bytes(sealed), seal_key_.data());
  sodium_memzero(plain.data(), plain.size());
  return sealed;
}

std::optional<std::string> SecondFactorKeys::Open(std::string_view handle,
                                                  std::string_view sealed) const {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return std::nullopt;
  std::string plain(sealed.size() - kOverhead, '\0');
  if (crypto_secretbox_open_easy(Bytes(plain), Bytes(sealed) + crypto_secretbox_NONCEBYTES,
                                 sealed.size() - crypto_secretbox_NONCEBYTES, Bytes(sealed),
                                 seal_key_.data()) != 0) {
    return std::nullopt;
  }
  if (plain.size() <= handle.size() || !plain.starts_with(handle) || plain[handle.size()] != '\0') {
    return std::nullopt;
  }
  std::string secret = plain.substr(handle.size() + 1);
  sodium_memzero(plain.data(), plain.size());
  return secret;
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
