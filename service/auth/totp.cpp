// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <chrono>

namespace replyguard::service::auth {
namespace {

constexpr std::size_t kSha1Bytes = 20;

// RFC 4226, section 5.3.
std::uint32_t Truncated(std::string_view secret, std::uint64_t counter) {
  std::array<unsigned char, 8> message{};
  for (std::size_t i = message.size(); i-- > 0; counter >>= 8U) {
    message.at(i) = static_cast<unsigned char>(counter & 0xFFU);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(),
       mac.data(), &size);
  const std::size_t offset = mac[kSha1Bytes - 1] & 0x0FU;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8U) | mac.at(offset + i);
  return value & 0x7FFFFFFFU;
}

}  // namespace

std::string NewTotpSecret() {
  std::string secret(kTotpSecretBytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

std::string TotpCode(std::string_view secret, std::int64_t step, int digits) {
  std::uint32_t value = Truncated(secret, static_cast<std::uint64_t>(step));
  std::string code(static_cast<std::size_t>(digits), '0');
  for (std::size_t i = code.size(); i-- > 0; value /= 10) {
    code[i] = static_cast<char>('0' + value % 10);
  }
  return code;
}

std::int64_t TotpStepAt(storage::Timestamp now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() /
         kTotpStepSeconds;
}

std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code,
                                      storage::Timestamp now, std::int64_t newest_used) {
  if (code.size() != static_cast<std::size_t>(kTotpDigits)) return std::nullopt;
  const std::int64_t present = TotpStepAt(now);
  std::optional<std::int64_t> match;
  for (std::int64_t step = present - kTotpStepsOff; step <= present + kTotpStepsOff; ++step) {
    const std::string expected = TotpCode(secret, step);
    const bool same = sodium_memcmp(expected.data(), code.data(), code.size()) == 0;
    if (same && step > newest_used && !match) match = step;
  }
  return match;
}

std::string Base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) {
      out.push_back(kAlphabet[(bits >> static_cast<unsigned>(count - 5)) & 31U]);
    }
  }
  if (count > 0) out.push_back(kAlphabet[(bits << static_cast<unsigned>(5 - count)) & 31U]);
  return out;
}

std::string TotpUri(std::string_view handle, std::string_view secret) {
  std::string uri = "otpauth://totp/replyguard:";
  // A handle needs no escapes: [a-z0-9._-].
  uri.append(handle).append("?secret=").append(Base32(secret));
  return uri.append("&issuer=replyguard&algorithm=SHA1&digits=6&period=30");
}

}  // namespace replyguard::service::auth
