// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/admission.h"

#include <utility>

#include "service/auth/sign_in_throttle.h"
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
  // IPv4 for both families' listener; empty of one with a zone.
  std::string ip = storage::CanonicalIp(address);
  if (ip.empty()) ip = address;
  return ip.find(':') == std::string::npos ? ip : auth::NetworkOf("ipv6:" + ip);
}

}  // namespace

Admission::Ticket::Ticket(std::shared_ptr<Admission> admission, std::string network)
    : admission_(std::move(admission)), network_(std::move(network)) {}

Admission::Ticket::~Ticket() { admission_->Leave(network_, body_bytes_); }

bool Admission::Ticket::HoldBody(std::size_t bytes) {
  if (!admission_->Hold(network_, body_bytes_, bytes)) return false;
  body_bytes_ = bytes;
  return true;
}

std::shared_ptr<Admission> Admission::Make(const AdmissionLimits& limits) {
  return std::shared_ptr<Admission>(new Admission(limits));
}

std::unique_ptr<Admission::Ticket> Admission::Enter(const std::string& address) {
  std::string network = NetworkOf(address);
  {
    MutexLock lock(mutex_);
    if (connections_ >= limits_.connections_max) return nullptr;
    if (!address.empty()) {
      Share& own = shares_[network];
      if (own.connections >= limits_.connections_per_address_max ||
          !Leaves(own.connections, connections_, limits_.connections_max)) {
        ForgetIfEmpty(network);
        return nullptr;
      }
      ++own.connections;
    }
    ++connections_;
  }
  return std::make_unique<Ticket>(shared_from_this(), std::move(network));
}

void Admission::ForgetIfEmpty(const std::string& network) {
  const auto found = shares_.find(network);
  if (found != shares_.end() && found->second.connections == 0) shares_.erase(found);
}

void Admission::Leave(const std::string& network, std::size_t body_bytes) {
  MutexLock lock(mutex_);
  --connections_;
  bodies_bytes_ -= body_bytes;
  if (!network.empty()) {
    Share& own = shares_[network];
    --own.connections;
    own.bodies_bytes -= body_bytes;
    ForgetIfEmpty(network);
  }
  if (connections_ == 0) changed_.NotifyAll();
}

bool Admission::Hold(const std::string& network, std::size_t before, std::size_t after) {
  MutexLock lock(mutex_);
  const std::size_t others = bodies_bytes_ - before;
  if (after > before) {
    if (others + after > limits_.bodies_bytes_max) return false;
    if (after > kSmallBodyBytes) {
      const std::size_t room = limits_.bodies_bytes_max - limits_.bodies_bytes_max / kSmallShare;
      const std::size_t own = network.empty() ? 0 : shares_[network].bodies_bytes - before;
      if (others + after > room || !Leaves(own, others, room)) return false;
    }
  }
  bodies_bytes_ = others + after;
  if (!network.empty()) {
    std::size_t& own = shares_[network].bodies_bytes;
    own = own - before + after;
  }
  return true;
}

bool Admission::AwaitEmpty(std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (connections_ > 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    changed_.WaitUntil(mutex_, until);
  }
  return true;
}

}  // namespace replyguard::service::http
