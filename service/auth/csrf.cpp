// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/csrf.h"

#include <sodium.h>

#include <array>

namespace replyguard::service::auth {
namespace {

constexpr std::string_view kContext = "replyguard csrf 1";
constexpr std::size_t kTokenBytes = 16;

}  // namespace

std::string CsrfTokenOf(std::string_view session_token) {
  std::array<unsigned char, kTokenBytes> bytes{};
  crypto_generichash(bytes.data(), bytes.size(),
                     reinterpret_cast<const unsigned char*>(session_token.data()),
                     session_token.size(), reinterpret_cast<const unsigned char*>(kContext.data()),
                     kContext.size());
  std::array<char, 2 * kTokenBytes + 1> text{};
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return text.data();
}

bool IsCsrfTokenOf(std::string_view session_token, std::string_view presented) {
  const std::string expected = CsrfTokenOf(session_token);
  return presented.size() == expected.size() &&
         sodium_memcmp(expected.data(), presented.data(), expected.size()) == 0;
}

}  // namespace replyguard::service::auth
