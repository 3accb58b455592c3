// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Connections to websites that are open and between two calls, each with the libcurl handle that
// made it. A call takes one only to where it would connect now.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "service/outgoing/curl_handle.h"
#include "storage/mutex.h"

namespace replyguard::service::outgoing {

// Common web servers close after 5 s what is idle (Apache, Node.js): it is closed here before that,
// so that no call meets a connection which is just being closed there.
inline constexpr std::chrono::seconds kIdleTimeMax{4};
// The longest idle goes when there is another.
inline constexpr std::size_t kIdleConnectionsMax = 32;
// Then a busy one is made anew, so that another certificate is looked at in time.
inline constexpr std::chrono::seconds kConnectionAgeMax{120};

// Thread-safe. Its thread begins with the first connection that is kept.
class IdleConnections {
 public:
  IdleConnections() = default;
  ~IdleConnections() { Stop(); }
  IdleConnections(const IdleConnections&) = delete;
  IdleConnections& operator=(const IdleConnections&) = delete;

  // `place` is the scheme, host and port. Nothing when there is none to one of the addresses.
  Easy Take(const std::string& place, const std::vector<std::string>& addresses);
  // Keeps what is open; what is not, and all once stopped, or where the system gives no thread, is
  // gone.
  void Keep(const std::string& place, Easy easy);
  // Closes all.
  void Stop();

 private:
  struct Idle {
    std::string place;
    std::string address;
    Easy easy;
    std::chrono::steady_clock::time_point until;
  };
  void Run();

  Mutex mutex_;
  CondVar changed_;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::list<Idle> idle_ REPLYGUARD_GUARDED_BY(mutex_);  // the longest idle first
  std::thread thread_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::outgoing
