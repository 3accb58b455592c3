// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How often somebody may try to sign in: a bucket for each handle, whether or not there is such a
// person, and one for each network that calls. A try is charged before the password is looked at,
// and given back when it was right, so that tries at once are counted too.
//
// Whoever guesses at a handle uses up its tries. A network that has signed in with it since the
// server started has tries of its own, so that the guesser does not lock its owner out there.
//
// Each server counts by itself, and from nothing after a restart.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "service/auth/token_buckets.h"
#include "storage/mutex.h"

namespace replyguard::service::auth {

// Ten wrong tries of a handle, then one a minute; some 1,450 a day.
inline constexpr double kTriesOfHandleBurst = 10;
inline constexpr double kTriesOfHandlePerSecond = 1.0 / 60;
// Thirty from a network, then one in 20 s.
inline constexpr double kTriesOfPeerBurst = 30;
inline constexpr double kTriesOfPeerPerSecond = 1.0 / 20;
// Refused tries that the audit trail records, of all together; beyond it they are counted only.
inline constexpr double kRecordedBurst = 200;
inline constexpr double kRecordedPerSecond = 1.0 / 10;
inline constexpr std::size_t kTryBuckets = 16'384;
// Pairs of handle and network; when full, it begins anew.
inline constexpr std::size_t kKnownPairsMax = 4'096;

class SignInThrottle {
 public:
  using SteadyNow = std::function<TokenBuckets::Time()>;
  explicit SignInThrottle(SteadyNow now);

  // Charges a try; or answers how long to wait, and charges nothing. An empty handle: by the
  // network only.
  std::optional<std::chrono::milliseconds> Try(std::string_view handle, std::string_view peer);
  // A try was no wrong one. After `signed_in` the network is known.
  void GiveBack(std::string_view handle, std::string_view peer, bool signed_in = false);
  // Whether somebody has signed in from there.
  bool KnowsNetworkOf(std::string_view peer);
  // Whether a refused try is to be recorded.
  bool TakeRecord();

 private:
  // The name of the bucket.
  std::string NameOf(std::string_view handle, std::string_view network) const
      REPLYGUARD_REQUIRES(mutex_);

  const SteadyNow now_;
  Mutex mutex_;
  TokenBuckets handles_ REPLYGUARD_GUARDED_BY(mutex_){kTryBuckets, kTriesOfHandlePerSecond,
                                                      kTriesOfHandleBurst};
  TokenBuckets peers_ REPLYGUARD_GUARDED_BY(mutex_){kTryBuckets, kTriesOfPeerPerSecond,
                                                    kTriesOfPeerBurst};
  // By network, then handle.
  std::set<std::pair<std::string, std::string>> known_ REPLYGUARD_GUARDED_BY(mutex_);
  TokenBuckets records_ REPLYGUARD_GUARDED_BY(mutex_){1, kRecordedPerSecond, kRecordedBurst};
};

// Whom a peer ("ipv4:192.0.2.1", "ipv6:2001:db8::1") is counted as: of IPv6 the first 64 bits, as
// whoever has one address there has them all.
std::string NetworkOf(std::string_view peer);

}  // namespace replyguard::service::auth
