// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "storage/mutex.h"
#include "support/eventually.h"

namespace replyguard::tests {

// A name server on the loopback address that answers each question for IPv4 addresses with those
// given, and others with none; or that is silent about others, or about everything.
class NameServer {
 public:
  enum class Silent { kNever, kAboutOthers, kAlways };

  explicit NameServer(std::vector<std::string> addresses, Silent silent = Silent::kNever)
      : addresses_(std::move(addresses)),
        silent_(silent),
        socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    (void)bind(socket_, reinterpret_cast<sockaddr*>(&at), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~NameServer() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  // Until somebody has asked.
  void WaitForQuestion() const {
    EXPECT_TRUE(Eventually([this] { return questions() > 0; }));
  }
  // Of all that was sent before: those that nobody waited for an answer to, too. What it hears now,
  // and echoes, came behind them.
  int questions() const {
    const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port_);
    char byte = 0;
    EXPECT_EQ(connect(probe, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(send(probe, &byte, 1, 0), 1);
    EXPECT_EQ(recv(probe, &byte, 1, 0), 1);
    close(probe);
    return questions_;
  }
  // From now on.
  void Say(std::vector<std::string> addresses) {
    MutexLock lock(mutex_);
    addresses_ = std::move(addresses);
  }
  // How long its answers may be kept; at first a second.
  void SayFor(std::chrono::seconds time) { seconds_ = static_cast<std::uint32_t>(time.count()); }

  // From now on the name is an alias, and that may be kept for so long.
  void SayAliasFor(std::chrono::seconds time) {
    alias_seconds_ = static_cast<std::int64_t>(time.count());
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  static constexpr std::size_t kHeadBytes = 12;
  static constexpr char kTypeA = 1;

  void Run() {
    while (!stopping_) {
      pollfd polled{socket_, POLLIN, 0};
      constexpr int kLookMs = 20;
      if (poll(&polled, 1, kLookMs) != 1) continue;
      char bytes[512];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          recvfrom(socket_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= static_cast<ssize_t>(kHeadBytes)) {  // no question
        sendto(socket_, bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)), 0,
               reinterpret_cast<sockaddr*>(&from), size);
        continue;
      }
      const std::string_view question(bytes, static_cast<std::size_t>(got));
      ++questions_;
      if (silent_ == Silent::kAlways) continue;
      if (silent_ == Silent::kAboutOthers && !IsForIpv4(question)) continue;
      const std::string answer = Answer(question);
      sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  // RFC 1035, section 4.1.
  static std::size_t EndOfName(std::string_view question) {
    std::size_t end = kHeadBytes;
    while (end < question.size() && question[end] != 0) {
      end += 1U + static_cast<unsigned char>(question[end]);
    }
    return end;
  }
  static bool IsForIpv4(std::string_view question) {
    const std::size_t end = EndOfName(question);
    return end + 2 < question.size() && question[end + 2] == kTypeA;
  }

  std::string Answer(std::string_view question) const {
    const std::uint32_t seconds = htonl(seconds_);
    MutexLock lock(mutex_);
    const bool is_a = IsForIpv4(question);
    const std::size_t end = EndOfName(question) + 5;  // and type and class
    std::string answer(question.substr(0, 2));
    answer += "\x81\x80";
    answer += std::string("\0\1\0", 3);
    const bool is_alias = is_a && alias_seconds_ >= 0;
    answer += static_cast<char>((is_a ? addresses_.size() : 0) + (is_alias ? 1 : 0));
    answer += std::string("\0\0\0\0", 4);
    answer += question.substr(kHeadBytes, end - kHeadBytes);
    std::string name = "\xC0\x0C";  // that of the question
    if (is_alias) {
      const std::uint32_t alias_seconds = htonl(static_cast<std::uint32_t>(alias_seconds_));
      answer += name + std::string("\0\5\0\1", 4);  // type CNAME, class IN
      answer.append(reinterpret_cast<const char*>(&alias_seconds), sizeof alias_seconds);
      answer += std::string("\0\4", 2);
      const std::size_t at = answer.size();
      answer += "\1a\xC0\x0C";
      name = {'\xC0', static_cast<char>(at)};
    }
    for (const std::string& address : addresses_) {
      if (!is_a) break;
      in_addr in{};
      inet_pton(AF_INET, address.c_str(), &in);
      answer += name + std::string("\0\1\0\1", 4);  // type A, class IN
      answer.append(reinterpret_cast<const char*>(&seconds), sizeof seconds);
      answer += std::string("\0\4", 2);
      answer.append(reinterpret_cast<const char*>(&in), sizeof in);
    }
    return answer;
  }

  mutable Mutex mutex_;
  std::vector<std::string> addresses_ REPLYGUARD_GUARDED_BY(mutex_);
  const Silent silent_;
  const int socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> questions_{0};
  std::atomic<std::uint32_t> seconds_{1};
  std::atomic<std::int64_t> alias_seconds_{-1};
  std::thread thread_;
};

}  // namespace replyguard::tests
