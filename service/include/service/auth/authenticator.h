// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who calls: from the text of an authorization header, or a session's token, to a Principal.
//
// A cache answers without the database. An entry holds for one revision of the configuration
// (LogHeads, followed a few times a second), and no longer than kUnseenMax after the last look at
// it, so a revoked key is forgotten within a second and a new one works at once. A change makes
// every entry stale, and thousands of calls may be on their
// way: one of each key looks, and for kLookTimeMax the others go by what is known. While PostgreSQL
// is away nothing can be revoked in it, and the keys seen last keep their rights: it is away when
// it refuses, and has answered nobody for kSilentMin. Sessions are held in the same way; that one
// is in use is noted every few minutes.
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
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/auth/api_key.h"
#include "service/auth/principal.h"
#include "service/auth/token_buckets.h"
#include "storage/api_key_store.h"
#include "storage/event_log.h"
#include "storage/mutex.h"
#include "storage/session_store.h"
#include "storage/types.h"

namespace replyguard::service::auth {

// Entries of the cache, wrong keys included, which go first; full of others, it begins anew.
inline constexpr std::size_t kCachedKeysMax = 16'384;
// Keys that a server knows from its start on.
inline constexpr std::int32_t kWarmKeysMax = 4'096;
inline constexpr std::size_t kPeerBuckets = 4'096;
// Wrong keys a peer (NetworkOf its address) may show: a bucket of this many, refilled at this
// rate.
inline constexpr double kWrongKeysPerSecond = 10;
inline constexpr double kWrongKeysBurst = 50;
inline constexpr double kSpareLooksPerSecond = 20;
inline constexpr double kSpareLooksBurst = 20;
// A session ends when it was not used for so long.
inline constexpr std::chrono::hours kSessionIdleMax{12};
// How often its use is noted.
inline constexpr std::chrono::minutes kSessionSeenInterval{5};
inline constexpr std::chrono::minutes kKeyUsedInterval{5};
// How long what was known goes on being good while somebody looks; then everybody looks.
inline constexpr std::chrono::milliseconds kLookTimeMax{250};
// How long an entry holds while nobody sees whether the configuration changed; then one call of the
// key looks at a time, and the others go by what is known for a while.
inline constexpr std::chrono::milliseconds kUnseenMax{1'000};
inline constexpr std::chrono::milliseconds kUnseenHoldMax{10'000};
// One that refused a connection, and answered others within so long, is there.
inline constexpr std::chrono::milliseconds kSilentMin{1'000};

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
  // The key's own.
  std::optional<storage::CallRate> call_rate{};
  // Of kUnknown: whose it was when it was last looked up, with the secret that was right then. Says
  // in whose turn a call is to wait, and gives no right.
  std::shared_ptr<const Principal> presumed{};
};

struct AuthenticatorParts {
  storage::ApiKeyStore& keys;
  storage::ChangeWatcher& changes;
  // Slug of a site; may block; nothing when it is not known (yet).
  std::function<std::optional<std::string>(storage::SiteId)> slug_of;
  std::function<storage::Timestamp()> now;
  std::function<std::chrono::steady_clock::time_point()> steady_now;
  // Null: there are no sessions.
  storage::SessionStore* sessions = nullptr;
  // Notes that a session is in use. Must not block.
  std::function<void(const std::string& session_id, storage::Timestamp)> seen{};
  // The same of a key.
  std::function<void(const std::string& key_id, storage::Timestamp)> key_used{};
  // Whether the database was found away: then nobody sees changes, and there is none, if nobody has
  // an answer either. Must not block.
  std::function<bool()> away{};
  // Told of the peer of each call whose key or session is good. Must not block.
  std::function<void(std::string_view peer)> good{};
};

class Authenticator {
 public:
  explicit Authenticator(AuthenticatorParts parts);

  // Makes the keys that were used last known; those known already stay as they are. BLOCKS on one
  // read. UNAVAILABLE also while the configuration's revision is not known, or moves.
  absl::Status Warm(storage::Deadline deadline);

  // Never blocks. `authorization` is the header's value ("Bearer {key}"), empty when there is none.
  Answer Check(std::string_view authorization, std::string_view peer);
  // The same for a session's token.
  Answer CheckSession(std::string_view token, std::string_view peer);

  // As Answer::presumed, also of a key that need not be looked up. Charges nobody. Null: a
  // stranger.
  std::shared_ptr<const Principal> Presume(std::string_view authorization);

  // BLOCKS on one read, by the deadline. Never kUnknown.
  Answer Look(std::string_view authorization, std::string_view peer, storage::Deadline deadline);
  Answer LookSession(std::string_view token, std::string_view peer, storage::Deadline deadline);

  // A key that was revoked here is good no more, at once. A look that began before is not
  // remembered, whatever it finds.
  void Forget(const std::string& key_id);

  struct Standing {
    bool good = false;  // not revoked, not expired
    // With the roles of now; null while they cannot be read.
    std::shared_ptr<const Principal> principal;
  };
  // How what was good when a stream began (CredentialOf its principal) stands. An open stream is no
  // use of a session. BLOCKS on a read when the configuration has changed since it was looked at;
  // good while that fails.
  Standing StillGood(const std::string& credential, storage::Deadline deadline);

 private:
  struct Entry {
    std::int64_t revision = 0;
    std::chrono::steady_clock::time_point read_at{};
    // Nothing: there is no such key, or it was revoked.
    std::shared_ptr<const Principal> principal;
    TokenHash hash{};
    std::optional<storage::Timestamp> expires_at;
    // Of a session, as far as this server knows.
    std::optional<storage::Timestamp> seen_at;
    // Of a key: what is noted, as far as this server knows.
    std::optional<storage::Timestamp> used_at;
    std::optional<storage::CallRate> call_rate;
    // How often was forgotten before the row was read.
    std::int64_t forgets = 0;
    // Since when somebody looks, as it is stale.
    std::optional<std::chrono::steady_clock::time_point> looked_at;
  };
  // A token with the name its entry has: CredentialOf.
  struct Presented {
    std::string credential;
    TokenHash hash;
  };
  static std::optional<Presented> KeyOf(std::string_view authorization);
  static std::optional<Presented> SessionOf(std::string_view token);

  // Says so of one that is good.
  Answer Told(Answer answer, std::string_view peer) const;
  Answer CheckToken(const std::optional<Presented>& token, std::string_view peer);
  Answer LookToken(const std::optional<Presented>& token, std::string_view peer,
                   storage::Deadline deadline);
  // The entry of a credential, anew from the database; nothing is said of a presented secret.
  absl::StatusOr<Entry> Read(const std::string& credential, storage::Deadline deadline);
  absl::Status ReadKey(const std::string& key_id, storage::Deadline deadline, Entry& entry);
  // UNAVAILABLE while the key's site is not known.
  absl::Status Fill(const storage::ApiKeyRecord& record, Entry& entry) const;
  absl::Status ReadSession(const std::string& session_id, storage::Deadline deadline, Entry& entry);
  Standing StandingOf(const Entry& entry) const { return {Usable(entry), entry.principal}; }
  // Whether this is left to somebody who looks already; if not, the caller is to look now.
  bool LooksAlready(Entry& entry) const;
  bool SeenWithin(const Entry& entry, std::chrono::milliseconds time) const;
  // Whether nothing is known to have changed, and the last look was not long ago.
  bool MerelyUnseen(const Entry& entry) const;
  // Whether the present revision is that of the last second, and not merely the last one seen.
  bool Seen(const Entry& entry) const;
  // Whether nobody here has had an answer of the database for a while.
  bool Silent() const;
  // The entry if it is of the present configuration; null otherwise, and for a session that this
  // server has not seen for too long, but another one may have.
  Entry* Fresh(const std::string& credential) REPLYGUARD_REQUIRES(mutex_);
  bool Usable(const Entry& entry) const;
  // Whether it is, or was when it was last looked up, that token's.
  bool Fits(const Entry& entry, const Presented& token) const;
  // Not what may have been revoked here since it was read.
  void Remember(const std::string& credential, Entry entry) REPLYGUARD_REQUIRES(mutex_);
  Answer Judge(Entry& entry, const Presented& token, std::string_view peer)
      REPLYGUARD_REQUIRES(mutex_);
  // Notes the use of a session or a key now and then.
  void See(Entry& entry) const;

  AuthenticatorParts parts_;
  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ REPLYGUARD_GUARDED_BY(mutex_);
  std::int64_t forgets_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  TokenBuckets wrong_ REPLYGUARD_GUARDED_BY(mutex_){kPeerBuckets, kWrongKeysPerSecond,
                                                    kWrongKeysBurst};
  TokenBuckets spare_looks_ REPLYGUARD_GUARDED_BY(mutex_){1, kSpareLooksPerSecond,
                                                          kSpareLooksBurst};
};

}  // namespace replyguard::service::auth
