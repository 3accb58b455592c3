// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which addresses belong to the Internet at large, and not to a machine or a network of ours.
//
// Thread-safety: pure functions.
#pragma once

#include <sys/socket.h>

namespace replyguard::service::outgoing {

// False for everything in IANA's special-purpose registries (RFC 6890 and its successors) that is
// not globally reachable: loopback, private, link-local (cloud metadata), shared, documentation,
// benchmarking, multicast, reserved; for IPv6 addresses that carry an IPv4 address (mapped,
// NAT64, 6to4, Teredo), which would be a way round; and for any other family.
bool IsPublicAddress(const sockaddr& address);

}  // namespace replyguard::service::outgoing
