// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whose a lease is, told by its token: "{random}.{handle}" for a person, "{random}" for a key,
// which several people may use. Nobody but the holder ever sees a token. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace replyguard::storage {

inline constexpr std::string_view kPersonPrefix = "people/";

// REQUIRES: `random` has no '.'; `key_id` is the public id of a key or "people/{handle}".
inline std::string LeaseTokenOf(std::string random, std::string_view key_id) {
  if (key_id.starts_with(kPersonPrefix)) {
    random.append(".").append(key_id.substr(kPersonPrefix.size()));
  }
  return random;
}

// Whether the lease of this token is one of this person, in whatever window it was taken. False for
// keys.
inline bool IsOwnLease(std::string_view token, std::string_view key_id) {
  const std::size_t at = token.find('.');
  return at != std::string_view::npos && key_id.starts_with(kPersonPrefix) &&
         token.substr(at + 1) == key_id.substr(kPersonPrefix.size());
}

}  // namespace replyguard::storage
