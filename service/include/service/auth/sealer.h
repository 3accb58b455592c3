// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What must be sent or signed with again, as it lies in the database: sealed by libsodium's
// secretbox under a key derived from the deployment's, which is not in the database.
//
// Thread-safe: immutable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace replyguard::service::auth {

inline constexpr std::size_t kSealingKeyBytes = 32;

class Sealer {
 public:
  // REQUIRES: sodium_init() has succeeded.
  explicit Sealer(std::span<const std::uint8_t, kSealingKeyBytes> deployment_key);
  ~Sealer();  // wipes the key
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // `owner` says whose it is; Open() asks for the same one, so that a row that was moved to another
  // owner in the database does not open.
  std::string Seal(std::string_view owner, std::string_view secret) const;

  // Nothing when it was sealed under another deployment key, for another owner, or is damaged.
  std::optional<std::string> Open(std::string_view owner, std::string_view sealed) const;

 private:
  std::array<std::uint8_t, kSealingKeyBytes> key_;
};

}  // namespace replyguard::service::auth
