// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A connection that a ConnectionWatch is told of, and both its ends. Not thread-safe.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service::rpc {

// A listener's descriptor.
inline int ListenOnLoopback() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(listener, SOMAXCONN), 0);
  return listener;
}

// Both ends of one.
class Peer {
 public:
  Peer(int listener, ConnectionWatch& watch, in_addr_t from)
      : client_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(from);
    EXPECT_EQ(bind(client_, reinterpret_cast<sockaddr*>(&own), sizeof own), 0);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    EXPECT_EQ(connect(client_, reinterpret_cast<sockaddr*>(&address), size), 0);
    size = sizeof address;
    server_ = accept(listener, reinterpret_cast<sockaddr*>(&address), &size);
    EXPECT_GE(server_, 0);
    admitted_ = watch.Accepted(server_, address);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() {
    close(client_);
    close(server_);
  }

  int server() const { return server_; }
  bool is_admitted() const { return admitted_; }
  // As gRPC would name it.
  std::string name() const {
    const sockaddr_in at = address();
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &at.sin_addr, text.data(), text.size());
    return std::string("ipv4:") + text.data() + ":" + std::to_string(ntohs(at.sin_port));
  }
  sockaddr_in address() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(client_, reinterpret_cast<sockaddr*>(&address), &size);
    return address;
  }
  // Reads it all, without an answer.
  void Read(std::size_t bytes) {
    std::string text(bytes, ' ');
    EXPECT_EQ(recv(server_, text.data(), bytes, MSG_WAITALL), static_cast<ssize_t>(bytes));
  }
  void Answer(std::size_t bytes) {
    const std::string text(bytes, 'y');
    EXPECT_EQ(send(server_, text.data(), bytes, MSG_NOSIGNAL), static_cast<ssize_t>(bytes));
  }
  // Whether there is something to read for the server.
  bool has_received() const {
    char byte = 0;
    return recv(server_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  // Nobody answers it.
  void Send(std::size_t bytes) {
    const std::string text(bytes, 'x');
    EXPECT_EQ(send(client_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  bool is_cut() const {
    std::array<char, 4096> bytes{};
    ssize_t got = 0;
    do {
      got = recv(client_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    } while (got > 0);
    return got == 0;
  }

 private:
  const int client_;
  int server_ = -1;
  bool admitted_ = false;
};

}  // namespace replyguard::service::rpc
