// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Time-based one-time passwords: RFC 6238 over RFC 4226, with SHA-1, six digits and steps of 30 s,
// as that is all that every authenticator app knows. (HMAC does not need SHA-1 to be free of
// collisions.)
//
// Thread-safety: pure functions, but for the system's random numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/types.h"

namespace replyguard::service::auth {

inline constexpr std::size_t kTotpSecretBytes = 20;  // RFC 4226, section 4: 160 bits
inline constexpr int kTotpDigits = 6;
inline constexpr std::int64_t kTotpStepSeconds = 30;
// How far a phone's clock may be off, each way.
inline constexpr std::int64_t kTotpStepsOff = 1;

// kTotpSecretBytes raw bytes.
std::string NewTotpSecret();

// The code of one step. REQUIRES: 1 to 9 digits.
std::string TotpCode(std::string_view secret, std::int64_t step, int digits = kTotpDigits);

std::int64_t TotpStepAt(storage::Timestamp now);

// The step whose code it is, of those around now that are later than `newest_used`; so each code
// is good once. Takes a time that does not depend on the code.
std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code,
                                      storage::Timestamp now, std::int64_t newest_used);

// RFC 4648, without padding, in capitals.
std::string Base32(std::string_view bytes);

// For QR codes, as the apps read it.
std::string TotpUri(std::string_view handle, std::string_view secret);

}  // namespace replyguard::service::auth
