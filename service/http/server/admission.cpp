// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/admission.h"

#include <utility>

#include "service/usecases/submit/site_shares.h"
#include "storage/masking.h"

namespace replyguard::service::http {

namespace {

// Whether a network that holds `own` of what all hold leaves as much as that to others.
bool Leaves(std::size_t own, std::size_t all, std::size_t room) {
  return SiteShares::Fits(static_cast<std::int64_t>(own), static_cast<std::int64_t>(all),
                          static_cast<std::int64_t>(room));
}

std::string NetworkOf(const std::string& address) {
  std::string network = storage::NetworkOfIp(address.substr(0, address.find('%')));
  return network.empty() ? address : network;
}

}  // namespace

Admission::Ticket::Ticket(std::shared_ptr<Admission> admission, Places::iterator place)
    : admission_(std::move(admission)), place_(place) {}

Admission::Ticket::~Ticket() { admission_->Leave(place_); }

void Admission::Ticket::MakeRoomBy(MakeRoom make_room) {
  MutexLock lock(admission_->mutex_);
  place_->make_room = std::move(make_room);
}

void Admission::Ticket::SetWaits(bool waits) {
  MutexLock lock(admission_->mutex_);
  if (place_->waits != waits) admission_->Move(place_, [&] { place_->waits = waits; });
}

bool Admission::Ticket::HoldBody(std::size_t bytes) { return admission_->Hold(*place_, bytes); }

std::shared_ptr<Admission> Admission::Make(const AdmissionLimits& limits, IsKnown is_known) {
  return std::shared_ptr<Admission>(new Admission(limits, std::move(is_known)));
}

std::unique_ptr<Admission::Ticket> Admission::Enter(const std::string& address) {
  const std::string name = NetworkOf(address);
  const bool counts = !name.empty();
  MakeRoom make_room;
  Places::iterator place;
  {
    MutexLock lock(mutex_);
    const auto found = networks_.find(name);
    const std::size_t own = found == networks_.end() ? 0 : found->second.connections();
    if (!HasRoom(own, counts)) {
      make_room = TakePlace(own, !counts || (is_known_ && is_known_(name)));
      if (!make_room) return nullptr;
    }
    Network* const network = counts ? &networks_[name] : nullptr;
    Places& places = counts ? network->waiting : everybodys_;
    place = places.insert(places.end(), Place{network});
    ++connections_;
    if (counts) {
      network->name = name;
      Rank(*network, network->connections() - 1);
    }
  }
  if (make_room) make_room();
  return std::make_unique<Ticket>(shared_from_this(), place);
}

bool Admission::HasRoom(std::size_t own, bool counts) const {
  if (connections_ >= limits_.connections_max) return false;
  return !counts || (own < limits_.connections_per_address_max &&
                     Leaves(own, connections_, limits_.connections_max));
}

Admission::MakeRoom Admission::TakePlace(std::size_t own, bool is_known) {
  if (own >= limits_.connections_per_address_max) return {};
  if (leaving_.size() >= (is_known ? kLeavingOfAllMax : kLeavingMax)) return {};
  // Strangers of very many networks have a few connections each. Whoever has as many as that has
  // his share.
  if (is_known && own < kLeavingMax) own = 0;
  Network* const network = ranks_.FindMost(own, [this](const Network& of) {
    return of.first().make_room && !(is_known_ && is_known_(of.name));
  });
  if (network == nullptr) return {};
  const auto place = network->waiting.empty() ? network->busy.begin() : network->waiting.begin();
  MakeRoom make_room = std::exchange(place->make_room, nullptr);
  const std::size_t before = network->connections();
  Move(place, [place] { place->leaves = true; });
  ++network->leaving;
  --connections_;
  Rank(*network, before);
  return make_room;
}

Admission::Places& Admission::ListOf(const Place& place) {
  if (place.leaves) return leaving_;
  if (place.network == nullptr) return everybodys_;
  return place.waits ? place.network->waiting : place.network->busy;
}

template <typename Change>
void Admission::Move(Places::iterator place, Change change) {
  Places& from = ListOf(*place);
  change();
  Places& to = ListOf(*place);
  to.splice(to.end(), from, place);
}

void Admission::Rank(Network& network, std::size_t before) {
  ranks_.Move(&network, &network.ranked, before, network.connections());
}

void Admission::Leave(Places::iterator place) {
  Places gone;  // what it holds is given up without the lock
  MutexLock lock(mutex_);
  Network* const network = place->network;
  const std::size_t before = network == nullptr ? 0 : network->connections();
  gone.splice(gone.end(), ListOf(*place), place);
  bodies_bytes_ -= place->body_bytes;
  if (!place->leaves) --connections_;
  if (network != nullptr) {
    network->bodies_bytes -= place->body_bytes;
    if (place->leaves) {
      --network->leaving;
    } else {
      Rank(*network, before);
    }
    if (network->connections() + network->leaving == 0) networks_.erase(std::string(network->name));
  }
  if (connections_ + leaving_.size() == 0) changed_.NotifyAll();
}

bool Admission::Hold(Place& place, std::size_t bytes) {
  MutexLock lock(mutex_);
  Network* const network = place.network;
  const std::size_t others = bodies_bytes_ - place.body_bytes;
  if (bytes > place.body_bytes) {
    if (others + bytes > limits_.bodies_bytes_max) return false;
    if (bytes > kSmallBodyBytes) {
      const std::size_t room = limits_.bodies_bytes_max - limits_.bodies_bytes_max / kSmallShare;
      const std::size_t own = network == nullptr ? 0 : network->bodies_bytes - place.body_bytes;
      if (others + bytes > room || !Leaves(own, others, room)) return false;
    }
  }
  bodies_bytes_ = others + bytes;
  if (network != nullptr) network->bodies_bytes += bytes - place.body_bytes;
  place.body_bytes = bytes;
  return true;
}

bool Admission::AwaitEmpty(std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (connections_ + leaving_.size() > 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    changed_.WaitUntil(mutex_, until);
  }
  return true;
}

}  // namespace replyguard::service::http
