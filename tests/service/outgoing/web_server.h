// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/mutex.h"

namespace replyguard::tests {

// A web server on every loopback address that answers each request with 204, keeps connections open
// unless it is told to close them, and counts them. Its requests have no body.
class WebServer {
 public:
  enum class After { kKeep, kClose };  // kClose: without having said so

  explicit WebServer(After after = After::kKeep)
      : after_(after), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    socklen_t size = sizeof at;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~WebServer() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    for (const auto& [connection, heard] : heard_) close(connection);
    close(listener_);
  }
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::string Url(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(port_) + "/";
  }
  // To which address each connection came, in order.
  std::vector<std::string> came_to() const {
    MutexLock lock(mutex_);
    return came_to_;
  }
  int open() const { return open_; }

 private:
  void Run() {
    constexpr int kLookMs = 20;
    while (!stopping_) {
      std::vector<pollfd> polled{{listener_, POLLIN, 0}};
      for (const auto& [connection, heard] : heard_) polled.push_back({connection, POLLIN, 0});
      if (poll(polled.data(), polled.size(), kLookMs) <= 0) continue;
      for (std::size_t i = 1; i < polled.size(); ++i) {
        if (polled[i].revents != 0) Hear(polled[i].fd);
      }
      if (polled[0].revents != 0) Accept();
    }
  }

  void Accept() {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    sockaddr_in at{};
    socklen_t size = sizeof at;
    getsockname(connection, reinterpret_cast<sockaddr*>(&at), &size);
    heard_[connection];
    open_ = static_cast<int>(heard_.size());
    MutexLock lock(mutex_);
    came_to_.emplace_back(inet_ntoa(at.sin_addr));
  }

  void Hear(int connection) {
    char bytes[4096];
    const ssize_t got = recv(connection, bytes, sizeof bytes, 0);
    if (got <= 0) return End(connection);
    std::string& heard = heard_[connection];
    heard.append(bytes, static_cast<std::size_t>(got));
    if (!heard.ends_with("\r\n\r\n")) return;
    heard.clear();
    constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";
    send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
    if (after_ == After::kClose) End(connection);
  }

  void End(int connection) {
    close(connection);
    heard_.erase(connection);
    open_ = static_cast<int>(heard_.size());
  }

  const After after_;
  const int listener_;
  std::uint16_t port_ = 0;
  std::map<int, std::string> heard_;  // by connection
  std::atomic<int> open_{0};
  std::atomic<bool> stopping_{false};
  mutable Mutex mutex_;
  std::vector<std::string> came_to_ REPLYGUARD_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace replyguard::tests
