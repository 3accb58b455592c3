// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The sender of calls to websites, by libcurl. For each call all addresses that the name has by now
// (Resolver) must be public, and the connection goes to one of those that were checked
// (CURLOPT_CONNECT_TO a name of our own that has them, and looked at again when the socket is
// opened). One that is open (IdleConnections) is used when it is to the same host, and leads to one
// of those. No redirect, no proxy, no cookie, nothing but https.
//
// What was sent on a connection that the other end was closing is sent again on another: at least
// once.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "service/outgoing/resolver.h"
#include "service/usecases/deliver/poster.h"

namespace replyguard::service::outgoing {

inline constexpr std::chrono::milliseconds kConnectTimeMax{5'000};
inline constexpr std::chrono::milliseconds kPostTimeMax{10'000};
inline constexpr std::size_t kAnswerBytesMax = 64 * 1024;
inline constexpr std::size_t kUrlBytesMax = 500;
inline constexpr std::size_t kAddressesMax = 16;

struct PosterOptions {
  // Also plain http, and addresses that are not public: for tests and for sites on the same network
  // as the server. Whoever holds a key can then have the server call inside that network.
  bool allow_private = false;
  // PEM file of authorities to trust instead of the system's; empty: the system's.
  std::string ca_file;
  // Asked instead of the machine's, "host:port,...": for tests.
  std::string name_servers;
  // By which answers of name servers grow old: for tests.
  Resolver::Now now = [] { return std::chrono::steady_clock::now(); };
};

// Thread-safe.
std::unique_ptr<Poster> MakeCurlPoster(PosterOptions options);

}  // namespace replyguard::service::outgoing
