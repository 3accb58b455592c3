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
  MutexLock lock(mutex_);
  if (const Entry* entry = Fresh(key->id); entry != nullptr) return Judge(*entry, *key, peer);
  // One that is known from an earlier configuration is no guess.
  const bool look = entries_.contains(key->id) || MayBeWrong(peer, false) || TakeSpareLook();
  return {look ? Verdict::kUnknown : Verdict::kThrottled, nullptr};
}

absl::StatusOr<Authenticator::Entry> Authenticator::Read(const std::string& key_id,
                                                         storage::Deadline deadline) {
  // Read before the row: a change in between makes the entry stale, never a stale entry fresh.
  Entry entry;
  entry.revision = parts_.changes.Present().config_revision;
  absl::StatusOr<storage::ApiKeyRecord> record = parts_.keys.Get(key_id, deadline);
  if (!record.ok() && record.status().code() != absl::StatusCode::kNotFound) {
    return record.status();
  }
  const std::optional<KeyHash> hash = record.ok() ? HashOf(*record) : std::nullopt;
  if (!hash || record->revoked_at) return entry;
  auto principal = std::make_shared<Principal>();
  principal->key_id = record->key_id;
  principal->display_name = record->display_name;
  principal->role = RoleOf(record->role);
  if (record->site_id) {
    principal->site = parts_.slug_of(*record->site_id);
    if (!principal->site) return absl::UnavailableError("the key's site is not known yet");
  }
  entry.principal = std::move(principal);
  entry.hash = *hash;
  entry.expires_at = record->expires_at;
  return entry;
}

Answer Authenticator::Look(std::string_view authorization, std::string_view peer,
                           storage::Deadline deadline) {
  const std::optional<PresentedKey> key = KeyOf(authorization);
  if (!key) return {};
  {
    // Another call may have looked it up meanwhile.
    MutexLock lock(mutex_);
    if (const Entry* entry = Fresh(key->id); entry != nullptr) return Judge(*entry, *key, peer);
  }
  const absl::StatusOr<Entry> entry = Read(key->id, deadline);
  if (!entry.ok()) return {Verdict::kAway, nullptr};
  MutexLock lock(mutex_);
  Remember(key->id, *entry);
  return Judge(*entry, *key, peer);
}

bool Authenticator::StillGood(const std::string& key_id, storage::Deadline deadline) {
  {
    MutexLock lock(mutex_);
    if (const Entry* entry = Fresh(key_id); entry != nullptr) return Usable(*entry);
  }
  const absl::StatusOr<Entry> entry = Read(key_id, deadline);
  if (!entry.ok()) return true;
  MutexLock lock(mutex_);
  Remember(key_id, *entry);
  return Usable(*entry);
}

const Authenticator::Entry* Authenticator::Fresh(const std::string& key_id) const {
  const auto found = entries_.find(key_id);
  const bool fresh =
      found != entries_.end() && found->second.revision == parts_.changes.Present().config_revision;
  return fresh ? &found->second : nullptr;
}

bool Authenticator::Usable(const Entry& entry) const {
  return entry.principal != nullptr && (!entry.expires_at || parts_.now() < *entry.expires_at);
}

void Authenticator::Remember(const std::string& key_id, const Entry& entry) {
  if (entries_.size() >= kCachedKeysMax) entries_.clear();
  entries_[key_id] = entry;
}

Answer Authenticator::Judge(const Entry& entry, const PresentedKey& key, std::string_view peer) {
  // Compared whether or not the key exists, so that both take the same time.
  const bool same = SameHash(entry.hash, key.hash);
  if (same && Usable(entry)) return {Verdict::kGood, entry.principal};
  return {MayBeWrong(peer, true) ? Verdict::kBad : Verdict::kThrottled, nullptr};
}

void Authenticator::Fill(Bucket& bucket, double per_second, double burst) const {
  const auto now = parts_.steady_now();
  const double seconds = std::chrono::duration<double>(now - bucket.filled_at).count();
  bucket.tokens = std::min(burst, bucket.tokens + seconds * per_second);
  bucket.filled_at = now;
}

bool Authenticator::TakeSpareLook() {
  Fill(spare_looks_, kSpareLooksPerSecond, kSpareLooksBurst);
  if (spare_looks_.tokens < 1) return false;
  spare_looks_.tokens -= 1;
  return true;
}

bool Authenticator::MayBeWrong(std::string_view peer, bool charge) {
  auto found = peers_.find(std::string(peer));
  if (found == peers_.end()) {
    if (!charge) return true;
    if (peers_.size() >= kCachedPeersMax) peers_.clear();
    found = peers_.emplace(std::string(peer), Bucket{kWrongKeysBurst, parts_.steady_now()}).first;
  }
  Bucket& bucket = found->second;
  Fill(bucket, kWrongKeysPerSecond, kWrongKeysBurst);
  if (bucket.tokens < 1) return false;
  if (charge) bucket.tokens -= 1;
  return true;
}

}  // namespace replyguard::service::auth
