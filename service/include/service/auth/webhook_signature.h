// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Signatures of what is posted to websites, as the Standard Webhooks specification 1.0 has them:
// HMAC-SHA256 over "{id}.{timestamp}.{body}", so that neither can be taken for another, and an old
// message can be told by its signed timestamp.
//
// Thread-safety: pure functions, but for the system's random numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace replyguard::service::auth {

inline constexpr std::size_t kWebhookSecretBytes = 32;
inline constexpr char kWebhookSecretPrefix[] = "whsec_";

// kWebhookSecretPrefix and the base64 of kWebhookSecretBytes random bytes.
std::string NewWebhookSecret();

// "v1," and the base64 of the MAC. `timestamp` is in seconds since 1970. Empty unless `secret` is
// base64, with or without the prefix.
std::string SignWebhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                        std::string_view body);

}  // namespace replyguard::service::auth
