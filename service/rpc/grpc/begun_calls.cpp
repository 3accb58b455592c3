// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/begun_calls.h"

#include <algorithm>
#include <tuple>
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
      OfNetwork& own = networks_[call->network_];
      own.push_back({call.get(), std::chrono::steady_clock::now(), std::move(end)});
      waiting_.emplace(call.get(), std::prev(own.end()));
      if (waiting_.size() > kWaitingMax) oldest = TakeOldest(call->network_);
    }
  }
  if (oldest) oldest(Why::kTooMany);
  return call;
}

BegunCalls::End BegunCalls::TakeOldest(const std::string& beginner) {
  const auto rank = [this](const auto& of) {
    return std::tuple(!known_.Has(of.first), of.second.size(),
                      -of.second.front().since.time_since_epoch());
  };
  const auto most =
      std::max_element(networks_.begin(), networks_.end(),
                       [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  End end = std::move(most->second.front().end);
  if (most->first == beginner && !known_.Has(beginner)) ++too_many_[beginner];
  waiting_.erase(most->second.front().call);
  most->second.pop_front();
  if (most->second.empty()) networks_.erase(most);
  return end;
}

void BegunCalls::EndOverdue(Time since) {
  std::vector<End> ends;
  {
    MutexLock lock(mutex_);
    for (auto at = networks_.begin(); at != networks_.end();) {
      OfNetwork& own = at->second;
      while (!own.empty() && own.front().since <= since) {
        ends.push_back(std::move(own.front().end));
        waiting_.erase(own.front().call);
        own.pop_front();
      }
      at = own.empty() ? networks_.erase(at) : std::next(at);
    }
  }
  for (const End& end : ends) end(Why::kOverdue);  // not under the lock: it may finish calls
}

void BegunCalls::StopWaiting(const Call& call) {
  OfNetwork gone;  // what it holds is given up without the lock
  MutexLock lock(mutex_);
  const auto at = waiting_.find(&call);
  if (at == waiting_.end()) return;
  const auto own = networks_.find(call.network_);
  gone.splice(gone.begin(), own->second, at->second);
  if (own->second.empty()) networks_.erase(own);
  waiting_.erase(at);
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
  for (auto& [network, count] : too_many_) {
    count -= std::min(count, forgiven);
    if (count <= kTooManyMax) continue;
    beginners.push_back(network);
    count = 0;
  }
  std::erase_if(too_many_, [](const auto& of) { return of.second == 0; });
  return beginners;
}

BegunCalls::Counts BegunCalls::InHand() const {
  MutexLock lock(mutex_);
  return in_hand_;
}

}  // namespace replyguard::service::rpc
