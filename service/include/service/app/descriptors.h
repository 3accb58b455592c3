// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// File descriptors: as many as the system lets us have, and a gRPC listener that outlives their
// end. Whoever has opened all that there are must not end it for good.
#pragma once

#include <sys/socket.h>

#include <cstddef>

namespace replyguard::service {

// Raises the soft limit of open files to the hard one, and keeps one descriptor in reserve. Call it
// before the server starts.
void PrepareDescriptors();

// How many connections a listener of the two, gRPC's and HTTP's, may have: as many as it is wanted
// to, and so that the descriptors suffice for both, and for all else.
std::size_t ConnectionsMax(std::size_t wanted);

// As accept4(2), for a listener that does not block: without a descriptor for them it ends the
// connections that wait. Thread-safe.
int AcceptOrRefuse(int listener, sockaddr* address, socklen_t* size, int flags);

}  // namespace replyguard::service
