// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Names to addresses for calls to websites, by c-ares: the C library's own way can neither be
// bounded nor ended, and takes a minute where name servers do not answer.
//
// Thread-safety: functions without state.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace replyguard::service::outgoing {

inline constexpr std::chrono::milliseconds kResolveTimeMax{5'000};
// From then on what is known of IPv4 is enough: long enough for a second name server, and short
// beside what makes a call to a website a slow one.
inline constexpr std::chrono::milliseconds kBothKindsTime{1'200};

// Every address of the host, IPv4 and IPv6, as the machine's hosts file and name servers have them;
// those of IPv4 alone where nobody answers about IPv6 within kBothKindsTime. An address stands for
// itself. `name_servers`: "host:port,..." instead of the machine's; empty: the machine's. BLOCKS
// for at most kResolveTimeMax, and for at most a tenth of a second once `stopped` is true.
// UNAVAILABLE when there is no address, or none in time.
absl::StatusOr<std::vector<sockaddr_storage>> ResolveHost(const std::string& host,
                                                          const std::string& name_servers,
                                                          const std::atomic<bool>& stopped);

}  // namespace replyguard::service::outgoing
