// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/events/hub.h"

#include <algorithm>
#include <utility>

#include "service/usecases/errors.h"
#include "service/usecases/submit/site_shares.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

absl::Status ShuttingDown() {
  ErrorDetail detail;
  detail.reason = std::string(reasons::kShuttingDown);
  detail.retry_delay = std::chrono::milliseconds(0);
  return MakeError(absl::StatusCode::kUnavailable,
                   "the server stops; resume elsewhere after the last cursor received", detail);
}

absl::Status SlowReader() {
  return MakeError(absl::StatusCode::kUnavailable, reasons::kSlowReader,
                   "the stream was not read; resume after the last cursor received");
}

}  // namespace

absl::Status KeyGone() {
  return MakeError(absl::StatusCode::kUnauthenticated, reasons::kKeyGone,
                   "the API key was revoked or has expired");
}

Follower::Follower(FollowerOwner owner, std::function<void()> on_ready)
    : owner_(std::move(owner)), on_ready_(std::move(on_ready)) {}

void Follower::Cancel() {
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
  }
  // Waits for a call in progress.
  MutexLock lock(calling_);
}

absl::Status Follower::end_status() const {
  MutexLock lock(mutex_);
  return end_;
}

void Follower::Taken() {
  {
    MutexLock lock(mutex_);
    wants_ = true;
  }
  MutexLock lock(hub_->mutex_);
  hub_->LaneOf(*this).taken = true;
  hub_->changed_.NotifyAll();
}

bool Follower::TakeWant() {
  MutexLock lock(mutex_);
  return std::exchange(wants_, false);
}

void Follower::End(absl::Status status) {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    end_ = std::move(status);
  }
  Ready();
}

void Follower::Ready() {
  MutexLock calling(calling_);
  {
    MutexLock lock(mutex_);
    if (cancelled_) return;
  }
  if (on_ready_) on_ready_();
}

bool Follower::gone() const {
  MutexLock lock(mutex_);
  return cancelled_ || ended_;
}

Hub::Hub(HubOptions options, KeyCheck still_may)
    : options_(options), still_may_(std::move(still_may)) {}

Hub::~Hub() { Stop(); }

void Hub::Start() {
  for (Lane* lane : {&reading_, &counting_}) {
    lane->thread = std::thread([this, lane] { Run(*lane); });
  }
}

void Hub::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  for (Lane* lane : {&reading_, &counting_}) {
    if (lane->thread.joinable()) lane->thread.join();
  }
  std::vector<std::shared_ptr<Follower>> left;
  {
    MutexLock lock(mutex_);
    left.swap(followers_);
  }
  for (const auto& follower : left) follower->End(ShuttingDown());
}

void Hub::Wake() {
  MutexLock lock(mutex_);
  reading_.news = counting_.news = true;
  changed_.NotifyAll();
}

absl::Status Hub::Add(std::shared_ptr<Follower> follower) {
  follower->hub_ = this;
  follower->put_at_ = steady_clock::now();
  MutexLock lock(mutex_);
  if (stopping_) return ShuttingDown();
  std::erase_if(followers_, [](const auto& other) { return other->gone(); });
  const FollowerOwner& owner = follower->owner_;
  std::size_t same_key = 0;
  std::int64_t same_site = 0;
  for (const auto& other : followers_) {
    if (other->owner_.key_id == owner.key_id) ++same_key;
    if (other->owner_.site == owner.site) ++same_site;
  }
  if (same_key >= options_.subscriptions_per_key_max ||
      !SiteShares::Fits(same_site, static_cast<std::int64_t>(followers_.size()),
                        static_cast<std::int64_t>(options_.subscriptions_max))) {
    ErrorDetail detail;
    detail.reason = std::string(reasons::kTooManyWatchers);
    detail.retry_delay = options_.heartbeat_interval;
    return MakeError(absl::StatusCode::kResourceExhausted, "too many streams are open", detail);
  }
  LaneOf(*follower).taken = true;
  followers_.push_back(std::move(follower));
  changed_.NotifyAll();
  return absl::OkStatus();
}

bool Hub::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

std::size_t Hub::size() const {
  MutexLock lock(mutex_);
  return followers_.size();
}

Hub::Round Hub::NextRound(Lane& lane) {
  MutexLock lock(mutex_);
  // Not from now on: streams that take must not put off what nobody woke the hub for.
  const auto until = std::min(lane.next_poll, steady_clock::now() + options_.key_check_interval);
  bool in_time = true;
  while (!stopping_ && !lane.news && !lane.taken && in_time)
    in_time = changed_.WaitUntil(mutex_, until);
  Round round;
  round.stop = stopping_;
  round.news = std::exchange(lane.news, false) || steady_clock::now() >= lane.next_poll;
  if (round.news) lane.next_poll = steady_clock::now() + options_.poll_interval;
  lane.taken = false;
  std::erase_if(followers_, [](const auto& follower) { return follower->gone(); });
  for (const auto& follower : followers_) {
    if (&LaneOf(*follower) == &lane) round.followers.push_back(follower);
  }
  return round;
}

void Hub::Run(Lane& lane) {
  for (;;) {
    const Round round = NextRound(lane);
    if (round.stop) return;
    for (const auto& follower : round.followers) {
      // A database that hangs would hold up a stop by each of them.
      if (stopping()) return;
      Serve(*follower, round.news);
    }
  }
}

void Hub::Serve(Follower& follower, bool news) {
  if (follower.gone()) return;
  const auto now = steady_clock::now();
  const bool waiting = follower.Waiting();
  const bool reads = !waiting && (follower.TakeWant() || news);
  if (still_may_ && (reads || now - follower.key_checked_at_ >= options_.key_check_interval)) {
    follower.key_checked_at_ = now;
    absl::Status may = still_may_(follower.owner_, now + options_.storage_timeout);
    if (!may.ok()) {
      follower.Discard();
      follower.End(std::move(may));
      return;
    }
  }
  if (waiting && now - follower.put_at_ > options_.take_timeout) follower.End(SlowReader());
  if (reads) Read(follower);
}

void Hub::Read(Follower& follower) {
  const auto now = steady_clock::now();
  const absl::StatusOr<bool> read = follower.Read(now + options_.storage_timeout);
  if (!read.ok() && !IsTransient(read.status())) {
    follower.End(read.status());
    return;
  }
  if (read.ok() && *read) {
    follower.put_at_ = steady_clock::now();
    follower.Ready();
  } else if (now - follower.put_at_ >= options_.heartbeat_interval) {
    follower.PutHeartbeat();
    follower.put_at_ = now;
    follower.Ready();
  }
}

}  // namespace replyguard::service
