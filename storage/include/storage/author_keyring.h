// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::storage {

// HMAC-SHA-256 (RFC 2104 with FIPS 180-4) is 32 bytes.
inline constexpr std::size_t kHmacBytes = 32;
// The public part of an author hash (Author.author_id): its first 16 bytes as 32 hexadecimal
// digits.
inline constexpr std::size_t kAuthorIdHexBytes = 32;
// Keys in one file.
inline constexpr std::size_t kHmacKeysMax = 8;
// Key ids are 1 to this.
inline constexpr std::int32_t kHmacKeyIdMax = 32'767;
// A key file larger than this is refused.
inline constexpr std::size_t kKeyFileBytesMax = 16 * 1024;

// A message authentication code and the key that made it. Codes of different keys never compare
// equal in practice.
struct KeyedHash {
  std::int32_t key_id = 0;
  std::array<std::uint8_t, kHmacBytes> mac{};

  auto operator<=>(const KeyedHash&) const = default;
  // The raw code, kHmacBytes long; valid as long as this object.
  std::string_view bytes() const { return {reinterpret_cast<const char*>(mac.data()), mac.size()}; }
  // 64 lower-case hexadecimal digits of mac.
  std::string Hex() const;
  // The first 32 digits: what the world sees of an author.
  std::string PublicId() const;
};

// What a code is for. Codes of different purposes over the same bytes are unrelated (domain
// separation), and so are codes of different sites.
enum class HashPurpose : std::uint8_t {
  kAuthor = 1,      // normalised email address
  kRequest = 2,     // a whole submission, to tell a retry from a reused request_id
  kIpAddress = 3,   // canonical IP address
  kReporter = 4,    // whatever tells a reporter from others
  kBody = 5,        // folded body, to find duplicates
  kPageToken = 6,   // contents of a page token
  kReserved = 255,  // key fingerprints
};

// The deployment's secret HMAC keys: one that writes, and older ones that are still looked up, so
// that keys rotate.
//
// Key file, strict: UTF-8 lines; empty lines and lines that begin with '#' are skipped; every other
// line is
//     write <id> <64 hexadecimal digits>      exactly one
//     keep <id> <64 hexadecimal digits>       0 to 7
// with one or more spaces between, ids from 1 to kHmacKeyIdMax, no id or key twice, no trivial key.
// NewFileText() makes such a file. To rotate: add a new "write" line and turn the old one into
// "keep".
//
// The keys live in locked, guarded memory (sodium_malloc) that is wiped when the keyring dies.
// Neither the keyring nor an error text ever shows key material. Moves; is not copied or printed.
//
// Thread-safety: immutable; const calls may run concurrently. Cost: about 1 us a short hash and
// key, 3 ns a byte.
class AuthorKeyring {
 public:
  // INVALID_ARGUMENT names the line and what is wrong, never its contents; INTERNAL when libsodium
  // or memory fails. The caller wipes its own copy of `file_text` (WipeString).
  static absl::StatusOr<AuthorKeyring> Parse(std::string_view file_text);

  // From keys that are already bytes: `write_key_id` names the one that writes. The same refusals
  // as Parse; the caller wipes its own copy.
  using KeyBytes = std::array<std::uint8_t, kHmacBytes>;
  static absl::StatusOr<AuthorKeyring> Create(std::int32_t write_key_id,
                                              const std::map<std::int32_t, KeyBytes>& keys);

  // The text of a key file with one fresh random "write" key. The caller stores it (mode 0600) and
  // wipes it.
  static std::string NewFileText(std::int32_t key_id);

  ~AuthorKeyring();
  AuthorKeyring(AuthorKeyring&&) noexcept;
  AuthorKeyring& operator=(AuthorKeyring&&) noexcept;
  AuthorKeyring(const AuthorKeyring&) = delete;
  AuthorKeyring& operator=(const AuthorKeyring&) = delete;

  std::int32_t write_key_id() const;
  // All ids, the writing key's first, then in the order of the file.
  std::vector<std::int32_t> key_ids() const;

  // Under the writing key.
  KeyedHash Hash(HashPurpose purpose, std::int64_t site_id, std::string_view bytes) const;
  // Under every key, the writing key's first: what look-ups and erasure search for.
  std::vector<KeyedHash> HashUnderAll(HashPurpose purpose, std::int64_t site_id,
                                      std::string_view bytes) const;
  // Whether `hash` is the code of `bytes` under the key it names; false when that key is not kept.
  // Constant time in the code.
  bool Verify(HashPurpose purpose, std::int64_t site_id, std::string_view bytes,
              const KeyedHash& hash) const;

  // Hash and HashUnderAll of an email address after NormalizeEmail (see masking.h). Empty vector
  // for an empty address.
  std::vector<KeyedHash> AuthorHashes(std::int64_t site_id, std::string_view plain_email) const;
  // The same of an IP address in canonical form. Empty when `ip` is not an IP address.
  std::vector<KeyedHash> IpHashes(std::int64_t site_id, std::string_view plain_ip) const;

  // For table hmac_keys: 32 hexadecimal digits that tell a key from another and nothing about it,
  // so that a wrong key file under a known id is noticed at start. In the order of key_ids().
  struct Fingerprint {
    std::int32_t key_id = 0;
    std::string hex;
    bool writes = false;
  };
  std::vector<Fingerprint> Fingerprints() const;

 private:
  struct Keys;
  explicit AuthorKeyring(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

// Not printable, on purpose.
std::ostream& operator<<(std::ostream&, const AuthorKeyring&) = delete;

}  // namespace replyguard::storage
