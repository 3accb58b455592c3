// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Answers that were given and that their clients have not taken yet: a transport keeps them as long
// as a client pleases. A lane (who shares a turn: a site's keys) whose answers are too many gets no
// further call done until it reads. All lanes share kBytesMax, of which none takes more than it
// leaves; beyond it each still has its spare, so that those who read are never refused for those
// who do not. Small answers are not counted: a call costs as much by itself.
//
// Thread-safe. What is held keeps it alive.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/rpc/dispatch/bounded_executor.h"
#include "storage/mutex.h"

namespace replyguard::service::rpc {

class HeldAnswers : public std::enable_shared_from_this<HeldAnswers> {
 public:
  using Lane = BoundedExecutor::Lane;
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kCountedBytesMin = 4 << 10;
  // Calls that were let pass may bring more: as many as run at once, an answer each.
  static constexpr std::size_t kLaneBytesMax = 64 << 20;
  static constexpr std::size_t kBytesMax = 256 << 20;
  // What n lanes that take all they may come to together is n / (n + 1) of that.
  static constexpr std::size_t kPressedBytes = kBytesMax / 4 * 3;
  static constexpr std::size_t kSpareBytes = 1 << 20;

  // Whose answer it is, where the transport does not bound how long an answer takes.
  struct Client {
    std::string connection;          // tells it from others; empty: it is bounded
    std::function<void()> end_call;  // gives up this answer alone; on any thread, and at any time
  };

  // An answer; destroying it says that it was taken, or that nobody will.
  class Held {
   public:
    ~Held();
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    friend class HeldAnswers;
    struct Entry {
      Client client;
      Time since;
      Time ended = Time::max();  // when its call was; the largest: it was not
    };
    Held(std::shared_ptr<HeldAnswers> answers, Lane lane, std::size_t bytes)
        : answers_(std::move(answers)), lane_(lane), bytes_(bytes) {}

    const std::shared_ptr<HeldAnswers> answers_;
    const Lane lane_;
    const std::size_t bytes_;
    std::list<Entry>::iterator entry_;
  };

  // Whether the lane's answers are too many. Of no lane they are below kLaneBytesMax of all, or
  // within its spare.
  bool IsFull(Lane lane) const;
  // Whether some are, or soon will be, refused for what others hold.
  bool is_pressed() const { return bytes() >= kPressedBytes; }

  // Null for a small one.
  std::unique_ptr<Held> Hold(Lane lane, std::size_t bytes, Client client);

  // Ends the calls, once each, whose answers were not taken since then.
  void EndOverdue(Time since);
  // How many there were of those.
  std::int64_t ended_count() const { return ended_count_.load(std::memory_order_relaxed); }
  // The connections of those calls that were ended before then and are there still, each once.
  std::vector<std::string> Unended(Time before) const;
  // All that have an answer to take.
  std::vector<std::string> Connections() const { return Unended(Time::max()); }

  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  void Release(const Held& held);

  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::int64_t> ended_count_{0};
  mutable Mutex mutex_;
  std::unordered_map<Lane, std::size_t> lanes_ REPLYGUARD_GUARDED_BY(mutex_);
  std::list<Held::Entry> entries_ REPLYGUARD_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace replyguard::service::rpc
