// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What all connections of a listener share: how many there may be, in whole and from one address,
// and how many bytes of bodies they may hold together.
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
  // A place of a connection; leaving gives back all.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Admission> admission, std::string address);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    // Of the body this connection holds now. False when all hold too much together; then nothing
    // has changed.
    bool HoldBody(std::size_t bytes);

   private:
    const std::shared_ptr<Admission> admission_;
    const std::string address_;  // empty: not counted by address
    std::size_t body_bytes_ = 0;
  };

  static std::shared_ptr<Admission> Make(const AdmissionLimits& limits);

  // Null when there are enough. An empty address is not counted: a trusted proxy's.
  std::unique_ptr<Ticket> Enter(const std::string& address);

  // BLOCKS until all have left. False when that takes longer.
  bool AwaitEmpty(std::chrono::steady_clock::time_point until);

 private:
  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}
  void Leave(const std::string& address, std::size_t body_bytes);
  bool Hold(std::size_t before, std::size_t after);

  const AdmissionLimits limits_;
  Mutex mutex_;
  CondVar changed_;
  std::size_t connections_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::size_t bodies_bytes_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::size_t> by_address_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::http
