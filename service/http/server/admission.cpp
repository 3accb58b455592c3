// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/admission.h"

#include <utility>

namespace replyguard::service::http {

Admission::Ticket::Ticket(std::shared_ptr<Admission> admission, std::string address)
    : admission_(std::move(admission)), address_(std::move(address)) {}

Admission::Ticket::~Ticket() { admission_->Leave(address_, body_bytes_); }

bool Admission::Ticket::HoldBody(std::size_t bytes) {
  if (!admission_->Hold(body_bytes_, bytes)) return false;
  body_bytes_ = bytes;
  return true;
}

std::shared_ptr<Admission> Admission::Make(const AdmissionLimits& limits) {
  return std::shared_ptr<Admission>(new Admission(limits));
}

std::unique_ptr<Admission::Ticket> Admission::Enter(const std::string& address) {
  {
    MutexLock lock(mutex_);
    if (connections_ >= limits_.connections_max) return nullptr;
    if (!address.empty()) {
      std::size_t& of_address = by_address_[address];
      if (of_address >= limits_.connections_per_address_max) return nullptr;
      ++of_address;
    }
    ++connections_;
  }
  return std::make_unique<Ticket>(shared_from_this(), address);
}

void Admission::Leave(const std::string& address, std::size_t body_bytes) {
  MutexLock lock(mutex_);
  --connections_;
  bodies_bytes_ -= body_bytes;
  const auto found = by_address_.find(address);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
  if (connections_ == 0) changed_.NotifyAll();
}

bool Admission::Hold(std::size_t before, std::size_t after) {
  MutexLock lock(mutex_);
  if (after > before && bodies_bytes_ - before + after > limits_.bodies_bytes_max) return false;
  bodies_bytes_ = bodies_bytes_ - before + after;
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
