// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/webhook_signature.h"

#include <sodium.h>

#include <array>

#include "storage/secret_text.h"

namespace replyguard::service::auth {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Base64(const unsigned char* bytes, std::size_t size) {
  // With the NUL that libsodium writes.
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

// Empty for what is not base64.
std::string FromBase64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    size = 0;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string NewWebhookSecret() {
  std::array<unsigned char, kWebhookSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string encoded = Base64(bytes.data(), bytes.size());
  sodium_memzero(bytes.data(), bytes.size());
  std::string secret = kWebhookSecretPrefix + encoded;
  storage::WipeString(encoded);
  return secret;
}

std::string SignWebhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                        std::string_view body) {
  if (secret.starts_with(kWebhookSecretPrefix)) {
    secret.remove_prefix(sizeof(kWebhookSecretPrefix) - 1);
  }
  std::string key = FromBase64(secret);
  if (key.empty()) return {};
  const std::string head = std::string(id) + "." + std::to_string(timestamp) + ".";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Bytes(key), key.size());
  storage::WipeString(key);
  crypto_auth_hmacsha256_update(&state, Bytes(head), head.size());
  crypto_auth_hmacsha256_update(&state, Bytes(body), body.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return "v1," + Base64(mac.data(), mac.size());
}

}  // namespace replyguard::service::auth
