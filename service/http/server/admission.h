// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What all connections of a listener share: how many there may be, in whole and from one network
// (an IPv4 address, or a /64 of IPv6), and how many bytes of bodies they may hold together. Nobody
// gets all: a network leaves others as much as it holds itself, and a part of the bytes is for
// bodies of at most kSmallBodyBytes.
//
// Thread-safe. Tickets keep it alive.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "storage/mutex.h"

namespace replyguard::service::http {

struct AdmissionLimits {
  std::size_t connections_max = 0;
  std::size_t connections_per_address_max = 0;
  std::size_t bodies_bytes_max = 0;
};

class Admission : public std::enable_shared_from_this<Admission> {
 public:
  static constexpr std::size_t kSmallBodyBytes = 64U << 10U;
  static constexpr std::size_t kSmallShare = 4;  // one of so many parts is theirs

  // A place of a connection; leaving gives back all.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Admission> admission, std::string network);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    // Of the body this connection holds now. False when all, or those of its network, hold too
    // much together; then nothing has changed.
    bool HoldBody(std::size_t bytes);

   private:
    const std::shared_ptr<Admission> admission_;
    const std::string network_;  // empty: not counted by network
    std::size_t body_bytes_ = 0;
  };

  static std::shared_ptr<Admission> Make(const AdmissionLimits& limits);

  // Null when there are enough. An empty address is not counted: a trusted proxy's.
  std::unique_ptr<Ticket> Enter(const std::string& address);

  // BLOCKS until all have left. False when that takes longer.
  bool AwaitEmpty(std::chrono::steady_clock::time_point until);

 private:
  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}
  struct Share {
    std::size_t connections = 0;
    std::size_t bodies_bytes = 0;
  };
  void Leave(const std::string& network, std::size_t body_bytes);
  bool Hold(const std::string& network, std::size_t before, std::size_t after);
  void ForgetIfEmpty(const std::string& network) REPLYGUARD_REQUIRES(mutex_);

  const AdmissionLimits limits_;
  Mutex mutex_;
  CondVar changed_;
  std::size_t connections_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::size_t bodies_bytes_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Share> shares_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::http
