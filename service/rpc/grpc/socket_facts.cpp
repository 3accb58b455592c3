// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/socket_facts.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "service/rpc/grpc/grpc_source.h"
#include "storage/masking.h"

namespace replyguard::service::rpc {
namespace {

std::optional<sockaddr_storage> PeerOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return std::nullopt;
  }
  return address;
}

// Without what says of which kind it is.
std::string PlainAddress(std::string peer) {
  peer.erase(0, peer.find(':') + 1);
  std::erase_if(peer, [](char c) { return c == '[' || c == ']'; });
  peer.resize(std::min(peer.size(), peer.find('%')));  // the interface of a link-local one
  return peer;
}

}  // namespace

std::optional<PeerName> NameOf(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  in_port_t port = 0;
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    port = in.sin_port;
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    port = in.sin6_port;
    // gRPC, too, calls one of IPv4 by its own name, whichever socket it came to.
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
    inet_ntop(mapped ? AF_INET : AF_INET6, &in.sin6_addr.s6_addr[mapped ? 12 : 0], text,
              sizeof text);
  } else {
    return std::nullopt;
  }
  return PeerName{std::string(text) + " " + std::to_string(ntohs(port)), text,
                  storage::NetworkOfIp(text)};
}

std::string NameOfGrpc(std::string peer) {
  const std::string port = peer.substr(peer.rfind(':') + 1);
  return PlainAddress(AddressOf(std::move(peer))) + " " + port;
}

std::string NetworkOfName(const std::string& name) {
  std::string address = name.substr(0, name.rfind(' '));
  std::string network = storage::NetworkOfIp(address);
  return network.empty() ? address : network;
}

std::string NetworkOfPeer(std::string_view peer) {
  return NetworkOfName(PlainAddress(std::string(peer)));
}

std::string ListenerOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_UNIX) {
    const char* path = reinterpret_cast<sockaddr_un&>(address).sun_path;
    return std::string(kUnix) + std::string(path, strnlen(path, sizeof(sockaddr_un::sun_path)));
  }
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return {};
  const in_port_t port = address.ss_family == AF_INET
                             ? reinterpret_cast<sockaddr_in&>(address).sin_port
                             : reinterpret_cast<sockaddr_in6&>(address).sin6_port;
  return ":" + std::to_string(ntohs(port));
}

std::string NameOfUnix(int descriptor) {
  return "unix " + std::to_string(SocketOf(descriptor).value_or(0));
}

bool IsOf(int descriptor, const std::string& peer) {
  const std::optional<sockaddr_storage> address = PeerOf(descriptor);
  if (!address) return false;
  const std::optional<PeerName> name = NameOf(*address);
  return (name ? name->peer : NameOfUnix(descriptor)) == peer;
}

std::optional<std::uint64_t> SocketOf(int descriptor) {
  struct stat of {};
  if (fstat(descriptor, &of) != 0 || !S_ISSOCK(of.st_mode)) return std::nullopt;
  return of.st_ino;
}

std::int64_t UnsentBytes(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

std::optional<ConnectionBytes> BytesOf(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  // Before Linux 4.19.
  if (size < offsetof(tcp_info, tcpi_bytes_sent) + sizeof info.tcpi_bytes_sent) {
    return ConnectionBytes{};
  }
  return ConnectionBytes{static_cast<std::int64_t>(info.tcpi_bytes_received),
                         static_cast<std::int64_t>(info.tcpi_bytes_sent)};
}

}  // namespace replyguard::service::rpc
