// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/begun_calls.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/rpc/grpc/socket_facts.h"

namespace replyguard::service::rpc {

std::unique_ptr<BegunCalls::Call> BegunCalls::Begin(const std::string& peer, End end) {
  std::string name = NameOfGrpc(peer);
  std::string network = NetworkOfName(name);
  std::unique_ptr<Call> call(new Call(*this, std::move(name), std::move(network)));
  End oldest;
  {
    MutexLock lock(mutex_);
    ++in_hand_[call->connection_];
    if (end) {
      Network& own = networks_[call->network_];
      if (own.calls.empty()) own.name = call->network_;
      own.calls.push_back({call.get(), std::chrono::steady_clock::now(), std::move(end)});
      waiting_.emplace(call.get(), OfCall{&own, std::prev(own.calls.end())});
      ranks_.Move(&own, &own.ranked, own.calls.size() - 1, own.calls.size());
      if (waiting_.size() > kWaitingMax) oldest = TakeOldest();
    }
  }
  if (oldest) oldest(Why::kTooMany);
  return call;
}

BegunCalls::End BegunCalls::TakeOldest() {
  Network* most = ranks_.FindMost(0, [this](const Network& of) { return !known_.Has(of.name); });
  if (most != nullptr) {
    ++ended_[most->name];
    ++too_many_;
  } else {
    most = ranks_.FindMost(0, [](const Network& /*of*/) { return true; });
  }
  std::list<Waiting> gone;
  Take(most->calls.front().call, &gone);
  return std::move(gone.front().end);
}

void BegunCalls::Take(const Call* call, std::list<Waiting>* gone) {
  const auto at = waiting_.find(call);
  if (at == waiting_.end()) return;
  Network& own = *at->second.network;
  gone->splice(gone->end(), own.calls, at->second.at);
  waiting_.erase(at);
  ranks_.Move(&own, &own.ranked, own.calls.size() + 1, own.calls.size());
  if (own.calls.empty()) networks_.erase(std::string(own.name));
}

void BegunCalls::EndOverdue(Time since) {
  std::list<Waiting> overdue;
  {
    MutexLock lock(mutex_);
    std::vector<const Call*> calls;
    for (const auto& [name, own] : networks_) {
      for (auto at = own.calls.begin(); at != own.calls.end() && at->since <= since; ++at) {
        calls.push_back(at->call);
      }
    }
    for (const Call* const call : calls) Take(call, &overdue);
  }
  // Not under the lock: it may finish calls.
  for (const Waiting& waiting : overdue) waiting.end(Why::kOverdue);
}

void BegunCalls::StopWaiting(const Call& call) {
  std::list<Waiting> gone;
  MutexLock lock(mutex_);
  Take(&call, &gone);
}

void BegunCalls::Finish(const Call& call) {
  StopWaiting(call);
  MutexLock lock(mutex_);
  const auto own = in_hand_.find(call.connection_);
  if (--own->second == 0) in_hand_.erase(own);
}

std::size_t BegunCalls::waiting() const {
  MutexLock lock(mutex_);
  return waiting_.size();
}

std::vector<std::string> BegunCalls::TakeBeginners(Time now) {
  std::vector<std::string> beginners;
  MutexLock lock(mutex_);
  const auto passed = std::chrono::duration<double>(now - forgiven_).count();
  const auto forgiven = static_cast<std::size_t>(std::max(0.0, passed) * kForgivenASecond);
  if (forgiven > 0) forgiven_ = now;
  too_many_ -= std::min(too_many_, forgiven);
  if (too_many_ == 0) ended_.clear();
  if (too_many_ <= kTooManyMax) return beginners;
  // Of so many networks none has many.
  const std::size_t least = ended_.size() > kWaitingMax ? 1 : kEndedMin;
  for (const auto& [network, count] : ended_) {
    if (count >= least && !known_.Has(network)) beginners.push_back(network);
  }
  if (beginners.empty()) return beginners;
  ended_.clear();
  too_many_ = 0;
  return beginners;
}

BegunCalls::Counts BegunCalls::InHand() const {
  MutexLock lock(mutex_);
  return in_hand_;
}

}  // namespace replyguard::service::rpc
