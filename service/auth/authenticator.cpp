// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/authenticator.h"

#include <algorithm>
#include <utility>

namespace replyguard::service::auth {
namespace {

constexpr std::string_view kScheme = "bearer ";

// The key in "Bearer {key}"; the scheme's case does not matter (RFC 7235).
std::optional<PresentedKey> KeyOf(std::string_view authorization) {
  if (authorization.size() < kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) {
      return std::nullopt;
    }
  }
  return ParseApiKey(authorization.substr(kScheme.size()));
}

Role RoleOf(storage::KeyRole role) {
  switch (role) {
    case storage::KeyRole::kBackend:
      return Role::kBackend;
    case storage::KeyRole::kModerator:
      return Role::kModerator;
    case storage::KeyRole::kOperator:
      return Role::kOperator;
  }
  return Role::kBackend;
}

std::optional<KeyHash> HashOf(const storage::ApiKeyRecord& record) {
  KeyHash hash{};
  if (record.secret_hash.size() != hash.size()) return std::nullopt;
  std::copy(record.secret_hash.begin(), record.secret_hash.end(), hash.begin());
  return hash;
}

}  // namespace

Authenticator::Authenticator(AuthenticatorParts parts) : parts_(std::move(parts)) {}

Answer Authenticator::Check(std::string_view authorization, std::string_view peer) {
  const std::optional<PresentedKey> key = KeyOf(authorization);
  if (!key) return {};
  const std::int64_t revision = parts_.changes.Present().config_revision;
  MutexLock lock(mutex_);
  const auto found = entries_.find(key->id);
  if (found == entries_.end()) {
    return {MayBeWrong(peer, false) ? Verdict::kUnknown : Verdict::kThrottled, nullptr};
  }
  if (found->second.revision != revision) return {Verdict::kUnknown, nullptr};
  return Judge(found->second, *key, peer);
}

Answer Authenticator::Look(std::string_view authorization, std::string_view peer,
                           storage::Deadline deadline) {
  // Another call may have looked it up meanwhile.
  const Answer cached = Check(authorization, peer);
  if (cached.verdict != Verdict::kUnknown) return cached;
  const std::optional<PresentedKey> key = KeyOf(authorization);
  if (!key) return {};
  // Read before the row: a change in between makes the entry stale, never a stale entry fresh.
  Entry entry;
  entry.revision = parts_.changes.Present().config_revision;
  absl::StatusOr<storage::ApiKeyRecord> record = parts_.keys.Get(key->id, deadline);
  if (!record.ok() && record.status().code() != absl::StatusCode::kNotFound) {
    return {Verdict::kAway, nullptr};
  }
  const std::optional<KeyHash> hash = record.ok() ? HashOf(*record) : std::nullopt;
  if (hash && !record->revoked_at) {
    auto principal = std::make_shared<Principal>();
    principal->key_id = record->key_id;
    principal->display_name = record->display_name;
    principal->role = RoleOf(record->role);
    if (record->site_id) {
      principal->site = parts_.slug_of(*record->site_id);
      if (!principal->site) return {Verdict::kAway, nullptr};
    }
    entry.principal = std::move(principal);
    entry.hash = *hash;
    entry.expires_at = record->expires_at;
  }
  MutexLock lock(mutex_);
  if (entries_.size() >= kCachedKeysMax) entries_.clear();
  const Answer answer = Judge(entry, *key, peer);
  entries_[key->id] = std::move(entry);
  return answer;
}

Answer Authenticator::Judge(const Entry& entry, const PresentedKey& key, std::string_view peer) {
  // Compared whether or not the key exists, so that both take the same time.
  const bool same = SameHash(entry.hash, key.hash);
  const bool good =
      same && entry.principal != nullptr && (!entry.expires_at || parts_.now() < *entry.expires_at);
  if (good) return {Verdict::kGood, entry.principal};
  return {MayBeWrong(peer, true) ? Verdict::kBad : Verdict::kThrottled, nullptr};
}

bool Authenticator::MayBeWrong(std::string_view peer, bool charge) {
  const auto now = parts_.steady_now();
  auto found = peers_.find(std::string(peer));
  if (found == peers_.end()) {
    if (!charge) return true;
    if (peers_.size() >= kCachedPeersMax) peers_.clear();
    found = peers_.emplace(std::string(peer), Bucket{kWrongKeysBurst, now}).first;
  }
  Bucket& bucket = found->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled_at).count();
  bucket.tokens = std::min(kWrongKeysBurst, bucket.tokens + seconds * kWrongKeysPerSecond);
  bucket.filled_at = now;
  if (bucket.tokens < 1) return false;
  if (charge) bucket.tokens -= 1;
  return true;
}

}  // namespace replyguard::service::auth
