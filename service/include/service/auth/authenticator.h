// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who calls: from the text of an authorization header to a Principal.
//
// A cache answers without the database. An entry holds for one revision of the configuration
// (LogHeads, followed a few times a second), so a revoked key is forgotten within a second and a
// new one works at once. While PostgreSQL is away nothing can be revoked in it, and the keys seen
// last keep their rights.
//
// Guessing: 128 random bits cannot be guessed; what is bounded here is its cost. Only keys that are
// not in the cache reach the database; those that turn out wrong are remembered, and each wrong
// answer is charged to the peer, who is turned away without a look-up beyond kWrongKeysPerSecond. A
// right key that is in the cache is never turned away. One that is not, and comes from such a peer,
// has its chance among the few look-ups that all such peers share (kSpareLooksPerSecond).
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/auth/api_key.h"
#include "service/auth/principal.h"
#include "storage/api_key_store.h"
#include "storage/event_log.h"
#include "storage/mutex.h"
#include "storage/types.h"

namespace replyguard::service::auth {

// Entries of the cache, wrong keys included; when full, it begins anew.
inline constexpr std::size_t kCachedKeysMax = 16'384;
inline constexpr std::size_t kCachedPeersMax = 4'096;
// Wrong keys a peer (by address without port) may show: a bucket of this many, refilled at this
// rate.
inline constexpr double kWrongKeysPerSecond = 10;
inline constexpr double kWrongKeysBurst = 50;
inline constexpr double kSpareLooksPerSecond = 20;
inline constexpr double kSpareLooksBurst = 20;

enum class Verdict {
  kGood,       // principal is set
  kBad,        // no key, no such key, wrong, revoked or expired: all the same to the caller
  kUnknown,    // not in the cache: call Look() on a thread that may block
  kThrottled,  // too many wrong keys from this peer
  kAway,       // the database does not answer
};

struct Answer {
  Verdict verdict = Verdict::kBad;
  std::shared_ptr<const Principal> principal;
};

struct AuthenticatorParts {
  storage::ApiKeyStore& keys;
  storage::ChangeWatcher& changes;
  // Slug of a site; may block; nothing when it is not known (yet).
  std::function<std::optional<std::string>(storage::SiteId)> slug_of;
  std::function<storage::Timestamp()> now;
  std::function<std::chrono::steady_clock::time_point()> steady_now;
};

class Authenticator {
 public:
  explicit Authenticator(AuthenticatorParts parts);

  // Never blocks. `authorization` is the header's value ("Bearer {key}"), empty when there is none.
  Answer Check(std::string_view authorization, std::string_view peer);

  // BLOCKS on one read, by the deadline. Never kUnknown.
  Answer Look(std::string_view authorization, std::string_view peer, storage::Deadline deadline);

  // Whether a key that was good when a stream began still is: not revoked, not expired. BLOCKS on a
  // read when the configuration has changed since it was looked at; true while that fails.
  bool StillGood(const std::string& key_id, storage::Deadline deadline);

 private:
  struct Entry {
    std::int64_t revision = 0;
    // Nothing: there is no such key, or it was revoked.
    std::shared_ptr<const Principal> principal;
    KeyHash hash{};
    std::optional<storage::Timestamp> expires_at;
  };
  struct Bucket {
    double tokens = kWrongKeysBurst;
    std::chrono::steady_clock::time_point filled_at;
  };

  // The entry of a key, anew from the database; nothing is said of a presented secret.
  absl::StatusOr<Entry> Read(const std::string& key_id, storage::Deadline deadline);
  // The entry of a key if it is of the present configuration; null otherwise.
  const Entry* Fresh(const std::string& key_id) const REPLYGUARD_REQUIRES(mutex_);
  bool Usable(const Entry& entry) const;
  void Remember(const std::string& key_id, const Entry& entry) REPLYGUARD_REQUIRES(mutex_);
  Answer Judge(const Entry& entry, const PresentedKey& key, std::string_view peer)
      REPLYGUARD_REQUIRES(mutex_);
  // Whether the peer may be wrong once more; takes it when `charge`.
  bool MayBeWrong(std::string_view peer, bool charge) REPLYGUARD_REQUIRES(mutex_);
  // Takes a look-up for a peer that may not.
  bool TakeSpareLook() REPLYGUARD_REQUIRES(mutex_);
  // Fills the bucket up to now.
  void Fill(Bucket& bucket, double per_second, double burst) const REPLYGUARD_REQUIRES(mutex_);

  AuthenticatorParts parts_;
  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ REPLYGUARD_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Bucket> peers_ REPLYGUARD_GUARDED_BY(mutex_);
  Bucket spare_looks_ REPLYGUARD_GUARDED_BY(mutex_){kSpareLooksBurst, {}};
};

}  // namespace replyguard::service::auth
