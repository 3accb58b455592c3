// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How streams follow something in the database without a thread each.
//
// Two threads read for all subscriptions: one for those that read logs, and one for those that also
// count what waits, which may take long where much does. What waits for a reader is one batch, so
// memory is bounded however slow it is; what it has not seen stays in the database. A reader that
// lets a batch lie for too long is cut, and resumes after its last cursor.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "storage/mutex.h"
#include "storage/types.h"

namespace replyguard::service {

struct HubOptions {
  // How long to wait for a Wake before looking anyway.
  std::chrono::milliseconds poll_interval{5'000};
  // How often keys are asked about while nothing is read: they expire without a Wake.
  std::chrono::milliseconds key_check_interval{500};
  // An empty batch as a sign of life after so long without anything else.
  std::chrono::milliseconds heartbeat_interval{15'000};
  // A batch that lies untaken for so long ends the subscription: UNAVAILABLE (SLOW_READER).
  std::chrono::milliseconds take_timeout{60'000};
  // How long one call to storage may take.
  std::chrono::milliseconds storage_timeout{5'000};
  // Beyond: RESOURCE_EXHAUSTED (TOO_MANY_WATCHERS). Of all of them a site may have as many as are
  // still free (SiteShares), so that it leaves room for others however many keys it has.
  std::size_t subscriptions_max = 4'096;
  std::size_t subscriptions_per_key_max = 256;
};

// Whose a subscription is.
struct FollowerOwner {
  std::string key_id;        // what it is read with: a key, or a session
  storage::SiteId site = 0;  // 0: somebody's who reviews every site
  // OK, or why the stream ends for whoever has these roles by now. Null: whatever they are.
  std::function<absl::Status(const Principal& now)> may{};
};

// UNAUTHENTICATED (KEY_GONE).
absl::Status KeyGone();

// One subscription as the hub sees it. A reader holds a Subscription<Batch> (see subscription.h).
class Follower {
 public:
  Follower(FollowerOwner owner, std::function<void()> on_ready);
  virtual ~Follower() = default;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // The reader is gone: the hub forgets it, and on_ready is not called again once this has
  // returned. Any thread, but not from within on_ready.
  void Cancel();
  // Why it ended; OK while it runs. Set before the last on_ready. What waits may still be taken,
  // unless the key is gone (UNAUTHENTICATED) or may no longer read it.
  absl::Status end_status() const;

 protected:
  // Reads on. True when a batch now waits. UNAVAILABLE and the like: tried again later;
  // OUT_OF_RANGE and other errors end the subscription. Only on its thread of the hub, and never
  // while a batch waits.
  virtual absl::StatusOr<bool> Read(storage::Deadline deadline) = 0;
  virtual void PutHeartbeat() = 0;
  // Whether it counts what waits. Always the same.
  virtual bool Counts() const { return false; }
  virtual bool Waiting() const = 0;
  // Takes back the batch that waits, if any.
  virtual void Discard() = 0;
  // The reader took the batch: read on.
  void Taken();

 private:
  friend class Hub;
  // Its thread of the hub.
  void End(absl::Status status);
  void Ready();
  bool gone() const;
  bool TakeWant();

  const FollowerOwner owner_;
  class Hub* hub_ = nullptr;  // set once, before the follower is shared
  // Its hub thread's own.
  std::chrono::steady_clock::time_point put_at_{};
  std::chrono::steady_clock::time_point key_checked_at_{};

  mutable Mutex mutex_;
  bool cancelled_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool ended_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  // Reads although nothing is new: it has not read up to the end yet.
  bool wants_ REPLYGUARD_GUARDED_BY(mutex_) = true;
  absl::Status end_ REPLYGUARD_GUARDED_BY(mutex_);
  // Held while on_ready_ runs, so that Cancel can promise what it does.
  Mutex calling_;
  const std::function<void()> on_ready_;
};

// Thread-safe. Outlives its followers' use of it.
class Hub {
 public:
  // Whether this owner may still read: OK, or why not. Asked before anything is put for its
  // followers and every key_check_interval, on the hub's threads, and may block as long as
  // storage_timeout.
  using KeyCheck =
      std::function<absl::Status(const FollowerOwner& owner, storage::Deadline deadline)>;

  // Without `still_may` everybody may.
  explicit Hub(HubOptions options = {}, KeyCheck still_may = {});
  ~Hub();  // stops

  void Start();
  // Ends every subscription UNAVAILABLE (SHUTTING_DOWN). May be called again.
  void Stop();
  // There may be something new, or a key was revoked. Cheap.
  void Wake();
  // RESOURCE_EXHAUSTED (TOO_MANY_WATCHERS); UNAVAILABLE (SHUTTING_DOWN).
  absl::Status Add(std::shared_ptr<Follower> follower);
  std::size_t size() const;

 private:
  friend class Follower;
  // One of the threads.
  struct Lane {
    bool news = false;   // under mutex_
    bool taken = false;  // under mutex_
    // Its own.
    std::chrono::steady_clock::time_point next_poll{};
    std::thread thread;
  };
  Lane& LaneOf(const Follower& follower) { return follower.Counts() ? counting_ : reading_; }
  void Run(Lane& lane);
  bool stopping() const;
  void Serve(Follower& follower, bool news);
  void Read(Follower& follower);
  // Waits for something to do; the lane's followers that are not gone, and whether all of them
  // read.
  struct Round {
    std::vector<std::shared_ptr<Follower>> followers;
    bool news = false;
    bool stop = false;
  };
  Round NextRound(Lane& lane);

  const HubOptions options_;
  const KeyCheck still_may_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::vector<std::shared_ptr<Follower>> followers_ REPLYGUARD_GUARDED_BY(mutex_);
  Lane reading_;
  Lane counting_;
};

}  // namespace replyguard::service
