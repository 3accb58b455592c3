// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/author_keyring.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyHexBytes = 2 * kKeyBytes;
// First bytes of everything that is authenticated; the number changes when the layout below does.
constexpr std::string_view kDomain = "replyguard.hmac.v1";
constexpr std::string_view kFingerprintText = "key fingerprint";
constexpr std::size_t kFingerprintBytes = 16;

std::string ToHex(const unsigned char* bytes, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    hex.push_back(kDigits[bytes[i] >> 4]);
    hex.push_back(kDigits[bytes[i] & 15]);
  }
  return hex;
}

// A key in locked memory with guard pages, wiped by sodium_free.
class SecretKey {
 public:
  SecretKey() : bytes_(static_cast<unsigned char*>(sodium_malloc(kKeyBytes))) {}
  ~SecretKey() { sodium_free(bytes_); }
  SecretKey(SecretKey&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}
  SecretKey& operator=(SecretKey&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;

  unsigned char* data() { return bytes_; }
  const unsigned char* data() const { return bytes_; }
  bool ok() const { return bytes_ != nullptr; }

 private:
  unsigned char* bytes_;
};

// A MAC that has taken the key and kDomain in, in locked memory: every hash begins as a copy of it.
class KeyedState {
 public:
  KeyedState() : state_(static_cast<State*>(sodium_malloc(sizeof(State)))) {}
  ~KeyedState() { sodium_free(state_); }
  KeyedState(KeyedState&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  KeyedState& operator=(KeyedState&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  KeyedState(const KeyedState&) = delete;
  KeyedState& operator=(const KeyedState&) = delete;

  using State = crypto_auth_hmacsha256_state;
  State& get() { return *state_; }
  const State& get() const { return *state_; }
  bool ok() const { return state_ != nullptr; }

 private:
  State* state_;
};

struct Key {
  std::int32_t id = 0;
  SecretKey secret;
  KeyedState keyed;

  bool ok() const { return secret.ok() && keyed.ok(); }
};

void HmacUpdate(crypto_auth_hmacsha256_state& state, std::string_view bytes) {
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()),
                                bytes.size());
}

// Once the key's secret is there.
void TakeIn(Key& key) {
  crypto_auth_hmacsha256_init(&key.keyed.get(), key.secret.data(), kKeyBytes);
  HmacUpdate(key.keyed.get(), kDomain);
}

// The line's words; at most four, so that a fifth is not needed to see that there are too many.
std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 4) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

std::optional<std::int32_t> ParseId(std::string_view word) {
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (error != std::errc() || end != word.data() + word.size() || word.front() == '0')
    return std::nullopt;
  if (id < 1 || id > kHmacKeyIdMax) return std::nullopt;
  return id;
}

bool IsTrivial(const SecretKey& key) {
  return std::all_of(key.data(), key.data() + kKeyBytes,
                     [&key](unsigned char byte) { return byte == key.data()[0]; });
}

// Why `key` cannot join `others`; empty when it can.
std::string_view Refusal(const std::vector<Key>& others, const Key& key) {
  if (others.size() == kHmacKeysMax) return "too many keys";
  if (IsTrivial(key.secret)) return "the key is one byte repeated";
  for (const Key& other : others) {
    if (other.id == key.id) return "the id was used before";
    if (sodium_memcmp(other.secret.data(), key.secret.data(), kKeyBytes) == 0) {
      return "the key was used before";
    }
  }
  return {};
}

absl::Status LineError(std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("key file, line ", line, ": ", absl::string_view(what.data(), what.size())));
}

// The key on one line, and whether it writes.
struct ParsedLine {
  bool writes = false;
  Key key;
};

absl::StatusOr<ParsedLine> ParseLine(std::string_view line, std::size_t number) {
  const std::vector<std::string_view> words = Words(line);
  if (words.size() != 3) return LineError(number, "wants: write|keep <id> <64 hexadecimal digits>");
  ParsedLine parsed;
  if (words[0] == "write") {
    parsed.writes = true;
  } else if (words[0] != "keep") {
    return LineError(number, "begins with neither 'write' nor 'keep'");
  }
  const std::optional<std::int32_t> id = ParseId(words[1]);
  if (!id)
    return LineError(number, absl::StrCat("the id is not a number from 1 to ", kHmacKeyIdMax));
  parsed.key.id = *id;
  if (!parsed.key.ok()) return absl::InternalError("no locked memory for a key");
  std::size_t size = 0;
  const char* end = nullptr;
  if (words[2].size() != kKeyHexBytes ||
      sodium_hex2bin(parsed.key.secret.data(), kKeyBytes, words[2].data(), words[2].size(), nullptr,
                     &size, &end) != 0 ||
      size != kKeyBytes || end != words[2].data() + words[2].size()) {
    return LineError(number, "the key is not 64 hexadecimal digits");
  }
  TakeIn(parsed.key);
  return parsed;
}

// MAC(domain || purpose || site_id, 8 bytes big-endian || bytes): all but the last part have a
// fixed length, so that no two inputs run together.
KeyedHash Compute(const Key& key, HashPurpose purpose, std::int64_t site_id,
                  std::string_view bytes) {
  std::array<char, 9> scope{};
  scope[0] = static_cast<char>(purpose);
  for (std::size_t i = 0; i < 8; ++i) {
    scope[8 - i] = static_cast<char>(static_cast<std::uint64_t>(site_id) >> (8 * i));
  }
  crypto_auth_hmacsha256_state state = key.keyed.get();
  HmacUpdate(state, std::string_view(scope.data(), scope.size()));
  HmacUpdate(state, bytes);
  KeyedHash hash;
  hash.key_id = key.id;
  crypto_auth_hmacsha256_final(&state, hash.mac.data());
  sodium_memzero(&state, sizeof state);
  return hash;
}

}  // namespace

std::string KeyedHash::Hex() const { return ToHex(mac.data(), mac.size()); }

std::string KeyedHash::PublicId() const { return ToHex(mac.data(), kAuthorIdHexBytes / 2); }

// The writing key first.
struct AuthorKeyring::Keys {
  std::vector<Key> all;
};

AuthorKeyring::AuthorKeyring(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
AuthorKeyring::~AuthorKeyring() = default;
AuthorKeyring::AuthorKeyring(AuthorKeyring&&) noexcept = default;
AuthorKeyring& AuthorKeyring::operator=(AuthorKeyring&&) noexcept = default;

absl::StatusOr<AuthorKeyring> AuthorKeyring::Parse(std::string_view file_text) {
  if (sodium_init() < 0) return absl::InternalError("libsodium does not start");
  if (file_text.size() > kKeyFileBytesMax) return absl::InvalidArgumentError("key file: too large");
  auto keys = std::make_unique<Keys>();
  bool have_writer = false;
  for (std::size_t number = 1; !file_text.empty(); ++number) {
    const std::size_t end = std::min(file_text.find('\n'), file_text.size());
    const std::string_view line = file_text.substr(0, end);
    file_text.remove_prefix(std::min(end + 1, file_text.size()));
    if (line.empty() || line.front() == '#') continue;
    absl::StatusOr<ParsedLine> parsed = ParseLine(line, number);
    if (!parsed.ok()) return parsed.status();
    if (const std::string_view problem = Refusal(keys->all, parsed->key); !problem.empty()) {
      return LineError(number, problem);
    }
    if (parsed->writes && have_writer) return LineError(number, "a second 'write' line");
    have_writer = have_writer || parsed->writes;
    keys->all.insert(parsed->writes ? keys->all.begin() : keys->all.end(), std::move(parsed->key));
  }
  if (!have_writer) return absl::InvalidArgumentError("key file: no 'write' line");
  return AuthorKeyring(std::move(keys));
}

absl::StatusOr<AuthorKeyring> AuthorKeyring::Create(std::int32_t write_key_id,
                                                    const std::map<std::int32_t, KeyBytes>& keys) {
  if (sodium_init() < 0) return absl::InternalError("libsodium does not start");
  if (!keys.contains(write_key_id)) return absl::InvalidArgumentError("no writing key");
  auto made = std::make_unique<Keys>();
  for (const auto& [id, bytes] : keys) {
    Key key;
    key.id = id;
    if (!key.ok()) return absl::InternalError("no locked memory for a key");
    std::copy(bytes.begin(), bytes.end(), key.secret.data());
    TakeIn(key);
    std::string_view problem = Refusal(made->all, key);
    if (problem.empty() && (id < 1 || id > kHmacKeyIdMax)) problem = "the id is out of range";
    if (!problem.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("HMAC key ", id, ": ", absl::string_view(problem.data(), problem.size())));
    }
    made->all.insert(id == write_key_id ? made->all.begin() : made->all.end(), std::move(key));
  }
  return AuthorKeyring(std::move(made));
}

std::string AuthorKeyring::NewFileText(std::int32_t key_id) {
  if (sodium_init() < 0) return {};
  std::array<unsigned char, kKeyBytes> key{};
  randombytes_buf(key.data(), key.size());
  std::string hex = ToHex(key.data(), key.size());
  sodium_memzero(key.data(), key.size());
  std::string text = absl::StrCat(
      "# replyguard's secret HMAC keys: keep this file private, and with the database's backups.\n"
      "# To rotate, add a new \"write\" line and turn this one into \"keep\".\n"
      "write ",
      key_id, " ", hex, "\n");
  WipeString(hex);
  return text;
}

std::int32_t AuthorKeyring::write_key_id() const { return keys_->all.front().id; }

std::vector<std::int32_t> AuthorKeyring::key_ids() const {
  std::vector<std::int32_t> ids;
  for (const Key& key : keys_->all) ids.push_back(key.id);
  return ids;
}

KeyedHash AuthorKeyring::Hash(HashPurpose purpose, std::int64_t site_id,
                              std::string_view bytes) const {
  return Compute(keys_->all.front(), purpose, site_id, bytes);
}

std::vector<KeyedHash> AuthorKeyring::HashUnderAll(HashPurpose purpose, std::int64_t site_id,
                                                   std::string_view bytes) const {
  std::vector<KeyedHash> hashes;
  hashes.reserve(keys_->all.size());
  for (const Key& key : keys_->all) hashes.push_back(Compute(key, purpose, site_id, bytes));
  return hashes;
}

bool AuthorKeyring::Verify(HashPurpose purpose, std::int64_t site_id, std::string_view bytes,
                           const KeyedHash& hash) const {
  for (const Key& key : keys_->all) {
    if (key.id != hash.key_id) continue;
    const KeyedHash wanted = Compute(key, purpose, site_id, bytes);
    return sodium_memcmp(wanted.mac.data(), hash.mac.data(), kHmacBytes) == 0;
  }
  return false;
}

std::vector<KeyedHash> AuthorKeyring::AuthorHashes(std::int64_t site_id,
                                                   std::string_view plain_email) const {
  std::string normalized = NormalizeEmail(plain_email);
  if (normalized.empty()) return {};
  std::vector<KeyedHash> hashes = HashUnderAll(HashPurpose::kAuthor, site_id, normalized);
  WipeString(normalized);
  return hashes;
}

std::vector<KeyedHash> AuthorKeyring::IpHashes(std::int64_t site_id,
                                               std::string_view plain_ip) const {
  std::string canonical = NetworkOfIp(plain_ip);
  if (canonical.empty()) return {};
  std::vector<KeyedHash> hashes = HashUnderAll(HashPurpose::kIpAddress, site_id, canonical);
  WipeString(canonical);
  return hashes;
}

std::vector<AuthorKeyring::Fingerprint> AuthorKeyring::Fingerprints() const {
  std::vector<Fingerprint> fingerprints;
  for (const Key& key : keys_->all) {
    const KeyedHash hash = Compute(key, HashPurpose::kReserved, 0, kFingerprintText);
    fingerprints.push_back(
        {key.id, ToHex(hash.mac.data(), kFingerprintBytes), fingerprints.empty()});
  }
  return fingerprints;
}

}  // namespace replyguard::storage
