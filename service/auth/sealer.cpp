// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/sealer.h"

#include <sodium.h>

#include "storage/secret_text.h"

namespace replyguard::service::auth {
namespace {

constexpr std::uint64_t kSealingKeyId = 1;
constexpr char kKeyContext[crypto_kdf_CONTEXTBYTES + 1] = "rg-seals";
constexpr std::size_t kNonceBytes = crypto_secretbox_NONCEBYTES;
constexpr std::size_t kTagBytes = crypto_secretbox_MACBYTES;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Owners do not hold NUL.
std::string Bound(std::string_view owner) {
  std::string text(owner);
  text.push_back('\0');
  return text;
}

}  // namespace

Sealer::Sealer(std::span<const std::uint8_t, kSealingKeyBytes> deployment_key) : key_{} {
  static_assert(crypto_kdf_KEYBYTES == kSealingKeyBytes);
  static_assert(crypto_secretbox_KEYBYTES == kSealingKeyBytes);
  crypto_kdf_derive_from_key(key_.data(), key_.size(), kSealingKeyId, kKeyContext,
                             deployment_key.data());
}

Sealer::~Sealer() { sodium_memzero(key_.data(), key_.size()); }

std::string Sealer::Seal(std::string_view owner, std::string_view secret) const {
  std::string plain = Bound(owner) + std::string(secret);
  std::string sealed(kNonceBytes + kTagBytes + plain.size(), '\0');
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_secretbox_easy(Bytes(sealed) + kNonceBytes, Bytes(std::string_view(plain)), plain.size(),
                        Bytes(sealed), key_.data());
  storage::WipeString(plain);
  return sealed;
}

std::optional<std::string> Sealer::Open(std::string_view owner, std::string_view sealed) const {
  const std::string bound = Bound(owner);
  if (sealed.size() < kNonceBytes + kTagBytes + bound.size()) return std::nullopt;
  std::string plain(sealed.size() - kNonceBytes - kTagBytes, '\0');
  if (crypto_secretbox_open_easy(Bytes(plain), Bytes(sealed) + kNonceBytes,
                                 sealed.size() - kNonceBytes, Bytes(sealed), key_.data()) != 0) {
    return std::nullopt;
  }
  std::optional<std::string> secret;
  if (plain.starts_with(bound)) secret = plain.substr(bound.size());
  storage::WipeString(plain);
  return secret;
}

}  // namespace replyguard::service::auth
