// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Names to addresses for calls to websites, by c-ares: the C library's own way can neither be
// bounded nor ended, and takes a minute where name servers do not answer.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/mutex.h"

namespace replyguard::service::outgoing {

inline constexpr std::chrono::milliseconds kResolveTimeMax{5'000};
// From then on what is known of IPv4 is enough: long enough for a second name server, and short
// beside what makes a call to a website a slow one.
inline constexpr std::chrono::milliseconds kBothKindsTime{1'200};
// An answer is kept for as long as it says, within these.
inline constexpr std::chrono::seconds kNameKeptMin{5};
inline constexpr std::chrono::seconds kNameKeptMax{60};
// When so many are kept, it begins anew; what has more addresses is not kept.
inline constexpr std::size_t kNamesKeptMax = 1'024;
inline constexpr std::size_t kAddressesKeptMax = 64;

// The address that a host is, if it is one in figures.
std::optional<sockaddr_storage> LiteralAddress(const std::string& host);

// Thread-safe. What it answers is not checked: who connects does so, each time.
class Resolver {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // `name_servers`: "host:port,..." instead of the machine's; empty: the machine's.
  Resolver(std::string name_servers, Now now, std::size_t addresses_kept_max = kAddressesKeptMax);

  // Every address of the host, IPv4 and IPv6, as the machine's hosts file and name servers have
  // them; those of IPv4 alone where nobody answers about IPv6 within kBothKindsTime. An address
  // stands for itself, and nobody is asked for it. BLOCKS for at most kResolveTimeMax, and for at
  // most a tenth of a second once `stopped` is true; not at all for what is kept. UNAVAILABLE when
  // there is no address, or none in time: that is not kept.
  absl::StatusOr<std::vector<sockaddr_storage>> Resolve(const std::string& host,
                                                        const std::atomic<bool>& stopped);
  // The next call asks again.
  void Forget(const std::string& host);

 private:
  struct Kept {
    std::vector<sockaddr_storage> addresses;
    std::chrono::steady_clock::time_point until;
  };

  const std::string name_servers_;
  const Now now_;
  const std::size_t addresses_kept_max_;
  Mutex mutex_;
  std::map<std::string, Kept> kept_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::outgoing
