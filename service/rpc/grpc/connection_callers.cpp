// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ConnectionWatch: who has, or goes on beginning, more calls than may be.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service::rpc {

using std::chrono::steady_clock;

std::int64_t ConnectionWatch::CallsMax(const CallBounds& bounds) const {
  const auto recently = steady_clock::now() - kHeardTime;
  const auto count =
      std::count_if(connections_.begin(), connections_.end(),
                    [recently](const auto& of) { return of.second.heard > recently; });
  const auto carried = std::min<std::int64_t>(
      kCarriedMax, kStreamsApart + count * static_cast<std::int64_t>(bounds.per_connection_max));
  return carried + std::max(kTakenBackMax, static_cast<std::int64_t>(bounds.in_progress_max));
}

bool ConnectionWatch::IsGettingFewer(std::int64_t in_hand) {
  const auto now = steady_clock::now();
  if (in_hand < fewest_.calls) fewest_ = {in_hand, now};
  return in_hand <= fewest_.calls + kTakenBackMax && now < fewest_.at + kDrainTime;
}

ConnectionWatch::Chosen ConnectionWatch::ChooseCallers(std::int64_t calls_max) const {
  const BegunCalls::Counts in_hand = begun_calls_.InHand();
  const auto count = [&in_hand](const std::string& peer) {
    const auto at = in_hand.find(peer);
    return at == in_hand.end() ? 0 : static_cast<std::int64_t>(at->second);
  };
  std::unordered_map<std::string_view, std::int64_t> of_networks;
  std::int64_t excess = -calls_max;
  for (const auto& [peer, connection] : connections_) {
    if (connection.network.empty()) continue;
    of_networks[connection.network] += count(peer);
    excess += count(peer);
  }
  std::erase_if(of_networks, [](const auto& of) { return of.second == 0; });
  const auto rank = [this](const auto& of) {
    return std::pair(!begun_calls_.IsKnown(of.first), of.second);
  };
  const auto most =
      std::max_element(of_networks.begin(), of_networks.end(),
                       [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  Chosen chosen;
  if (excess <= 0 || most == of_networks.end()) return chosen;
  for (const auto& of : connections_) {
    if (of.second.network == most->first && count(of.first) > 0) chosen.push_back(of);
  }
  std::sort(chosen.begin(), chosen.end(),
            [&count](const auto& a, const auto& b) { return count(a.first) > count(b.first); });
  std::size_t enough = 0;
  while (enough < chosen.size() && excess > 0) excess -= count(chosen[enough++].first);
  chosen.resize(enough);
  return chosen;
}

ConnectionWatch::Chosen ConnectionWatch::ChooseBeginners() {
  Chosen chosen;
  const std::vector<std::string> networks = begun_calls_.TakeBeginners(steady_clock::now());
  if (networks.empty()) return chosen;
  const BegunCalls::Counts in_hand = begun_calls_.InHand();
  std::copy_if(connections_.begin(), connections_.end(), std::back_inserter(chosen),
               [&](const auto& of) {
                 const std::string& network = of.second.network;
                 return !network.empty() && in_hand.contains(of.first) &&
                        std::find(networks.begin(), networks.end(), network) != networks.end();
               });
  return chosen;
}

ConnectionWatch::Chosen ConnectionWatch::ChooseUnbounded(const CallBounds& bounds) const {
  Chosen chosen;
  const std::size_t most = kBoundsMax * bounds.per_connection_max;
  if (calls_in_hand() <= static_cast<std::int64_t>(most)) return chosen;
  for (const auto& [peer, count] : begun_calls_.InHand()) {
    const auto at = connections_.find(peer);
    if (count <= most || at == connections_.end() || at->second.network.empty()) continue;
    chosen.push_back(*at);
  }
  return chosen;
}

std::vector<ConnectionWatch::Seen> ConnectionWatch::LookAtAll() {
  std::vector<Seen> all;
  for (auto& [peer, connection] : connections_) {
    ConnectionBytes since;
    if (!Look(peer, connection, since)) continue;
    const bool stranger = !connection.network.empty() && !begun_calls_.IsKnown(connection.network);
    all.push_back({&peer, &connection, stranger});
  }
  return all;
}

ConnectionWatch::Chosen ConnectionWatch::ChooseStrangers(const std::vector<Seen>& all,
                                                         std::int64_t unanswered_min) {
  double lately = 0;
  for (const Seen& of : all) lately += of.stranger ? of.connection->lately : 0;
  const bool too_much = lately >= kStrangersBytesASecondMax;
  Chosen chosen;
  for (const Seen& of : all) {
    const bool takes_part = too_much && of.connection->lately >= kFloodBytesMin;
    if (of.stranger && (takes_part || of.connection->burst >= unanswered_min)) {
      chosen.emplace_back(*of.peer, *of.connection);
    }
  }
  return chosen;
}

ConnectionWatch::Chosen ConnectionWatch::ChooseWorst(const std::vector<Seen>& all,
                                                     std::int64_t unanswered_min) {
  Chosen worst;
  double most = 0;
  for (const Seen& of : all) {
    if (of.connection->lately <= most || of.connection->burst < unanswered_min) continue;
    most = of.connection->lately;
    worst.assign(1, {*of.peer, *of.connection});
  }
  return worst;
}

void ConnectionWatch::Relieve(const CallBounds& bounds) {
  Chosen unbounded;
  {
    MutexLock lock(mutex_);
    unbounded = ChooseUnbounded(bounds);
  }
  Cut(unbounded, Mark::kFlood, "its client keeps to no bound of calls");
  Chosen worst;
  Chosen callers;
  {
    MutexLock lock(mutex_);
    const std::int64_t in_hand = calls_in_hand();
    const bool fewer = IsGettingFewer(in_hand);
    const std::int64_t calls_max = CallsMax(bounds);
    if (in_hand <= std::min(calls_max, kStrangersCallsMax)) return;
    const std::vector<Seen> all = LookAtAll();
    const std::int64_t sure = fewer ? kSureFloodBytesMin : kStrangersFloodBytesMin;
    worst = ChooseStrangers(all, in_hand > calls_max ? sure : kUnansweredBytesMax);
    if (in_hand > calls_max && worst.empty()) {
      worst = ChooseWorst(all, fewer ? kSureFloodBytesMin : kFloodBytesMin);
      if (worst.empty() && !fewer) callers = ChooseCallers(calls_max);
    }
    if (worst.empty() && callers.empty()) return;
    fewest_ = {in_hand, steady_clock::now()};
  }
  Cut(worst, Mark::kFlood, "its client takes its calls back");
  Cut(callers, Mark::kFlood, "its client has too many calls in hand");
}

}  // namespace replyguard::service::rpc
