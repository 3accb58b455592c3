// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/bounded_executor.h"

#include <algorithm>
#include <utility>

#include "service/usecases/submit/site_shares.h"

namespace replyguard::service::rpc {

BoundedExecutor::BoundedExecutor(const ExecutorOptions& options)
    : options_(options), running_max_(std::max<std::size_t>(options.threads, 2) - 1) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
}

BoundedExecutor::~BoundedExecutor() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

bool BoundedExecutor::TryRun(Lane lane, Job job, std::size_t beyond) {
  {
    MutexLock lock(mutex_);
    const std::size_t waiting_max = options_.waiting_max + beyond;
    if (stopping_ || waiting_ >= waiting_max) return false;
    Line& line = lanes_[lane];  // no empty one stays: it has room
    if (!HasRoom(line, waiting_max)) return false;
    if (line.waiting.empty()) order_.push_back(lane);
    line.waiting.push_back(std::move(job));
    ++waiting_;
  }
  changed_.NotifyOne();
  return true;
}

bool BoundedExecutor::HasRoom(const Line& line, std::size_t waiting_max) const {
  const std::size_t own = line.waiting.size();
  if (own == 0) return true;
  if (!SiteShares::Fits(static_cast<std::int64_t>(own), static_cast<std::int64_t>(waiting_),
                        static_cast<std::int64_t>(waiting_max))) {
    return false;
  }
  if (own < kLaneWaitingMin) return true;
  const auto rounds = static_cast<std::int64_t>(own * order_.size() / options_.threads);
  return rounds * job_time_.mean() <= options_.wait_max;
}

std::optional<BoundedExecutor::Lane> BoundedExecutor::NextLane() {
  // Those that may not run now are few: each runs on as many threads as one lane may have.
  const auto may_run = [this](Lane lane) REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS {
    return lanes_.at(lane).running < running_max_;
  };
  const auto next = std::find_if(order_.begin(), order_.end(), may_run);
  if (next == order_.end()) return std::nullopt;
  const Lane lane = *next;
  order_.erase(next);
  return lane;
}

BoundedExecutor::Job BoundedExecutor::Take(Lane lane) {
  Line& line = lanes_.at(lane);
  Job job = std::move(line.waiting.front());
  line.waiting.pop_front();
  if (!line.waiting.empty()) order_.push_back(lane);
  ++line.running;
  --waiting_;
  return job;
}

void BoundedExecutor::Finish(Lane lane) {
  Line& line = lanes_.at(lane);
  --line.running;
  if (line.running == 0 && line.waiting.empty()) lanes_.erase(lane);
}

void BoundedExecutor::Work() {
  mutex_.Lock();
  while (true) {
    const std::optional<Lane> lane = NextLane();
    if (!lane) {
      if (stopping_ && waiting_ == 0) break;
      changed_.Wait(mutex_);
      continue;
    }
    Job job = Take(*lane);
    mutex_.Unlock();
    const auto began = std::chrono::steady_clock::now();
    job();
    job = nullptr;
    job_time_.Note(std::chrono::steady_clock::now() - began);
    mutex_.Lock();
    Finish(*lane);
    // This thread takes what has become free to run; the others have the end to see.
    if (stopping_) changed_.NotifyAll();
  }
  mutex_.Unlock();
}

}  // namespace replyguard::service::rpc
