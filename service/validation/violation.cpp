// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/violation.h"

#include <algorithm>

#include "service/validation/limits.h"

namespace replyguard::service::validation {
namespace {

// What one violation takes in an encoded google.rpc.BadRequest beside its texts: tags and lengths.
constexpr std::size_t kOverheadBytes = 16;
// Room kept for the last one, which says how many more there were.
constexpr std::size_t kMoreBytes = 96;

}  // namespace

void Violations::Add(std::string_view field, std::string_view reason,
                     std::string_view description) {
  if (Has(field, reason)) return;
  const std::size_t bytes = field.size() + reason.size() + description.size() + kOverheadBytes;
  if (left_out_ > 0 || list_.size() >= kViolationsMax - 1 ||
      bytes_ + bytes + kMoreBytes > kViolationDetailsBytesMax) {
    ++left_out_;
    return;
  }
  bytes_ += bytes;
  list_.push_back({std::string(field), std::string(reason), std::string(description)});
}

void Violations::Add(const Violations& others) {
  for (const Violation& other : others.list_) Add(other.field, other.reason, other.description);
  left_out_ += others.left_out_;
}

bool Violations::Has(std::string_view field, std::string_view reason) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Violation& violation) {
    return violation.field == field && violation.reason == reason;
  });
}

std::vector<Violation> Violations::List() const {
  std::vector<Violation> list = list_;
  if (left_out_ > 0) {
    list.push_back(
        {"", std::string(reason::kMore),
         "There are " + std::to_string(left_out_) + " more problems than are listed here."});
  }
  return list;
}

}  // namespace replyguard::service::validation
