// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the system says of a connection, by its descriptor. Thread-safe: pure but for the calls.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace replyguard::service::rpc {

// What gRPC calls peers, and listeners, of Unix sockets with.
inline constexpr std::string_view kUnix = "unix:";

struct PeerName {
  std::string peer;  // address and port
  std::string address;
  std::string network;  // an IPv4 address; of IPv6 a /64, in which addresses cost nothing
};

// Nothing for what is no Internet address.
std::optional<PeerName> NameOf(const sockaddr_storage& address);
// The peer's of gRPC's name of it.
std::string NameOfGrpc(std::string peer);
// As PeerName::network, by such a name; the address for what is no Internet address.
std::string NetworkOfName(const std::string& name);
// The same by what CallSource::Peer says.
std::string NetworkOfPeer(std::string_view peer);
// Of a connection of a Unix socket, whose client has no address: by its inode.
std::string NameOfUnix(int descriptor);

// What it came in at: ":PORT" or "unix:PATH"; empty for what is neither.
std::string ListenerOf(int descriptor);

// Whether the descriptor is that peer's connection still: gRPC closes it when it likes, and another
// file may have its number.
bool IsOf(int descriptor, const std::string& peer);

// Its inode; nothing for what is no socket.
std::optional<std::uint64_t> SocketOf(int descriptor);

// Of a connection since its begin, as the system counts them.
struct ConnectionBytes {
  std::int64_t received = 0;
  std::int64_t sent = 0;
};

// What the peer's system has not confirmed yet of what was written; 0 for what is no connection.
std::int64_t UnsentBytes(int descriptor);

// Nothing for what is no connection of TCP; zeros on a Linux before 4.19.
std::optional<ConnectionBytes> BytesOf(int descriptor);

}  // namespace replyguard::service::rpc
