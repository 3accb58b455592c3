// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Rows of a label log, written by hand, and a clock that stands still.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "service/usecases/clock.h"
#include "storage/label_log.h"

namespace replyguard::service {

class FixedClock final : public Clock {
 public:
  storage::Timestamp Now() const override { return storage::Timestamp(std::chrono::seconds(1)); }
};

inline storage::LabelState State(storage::LabelClass label, const std::string& body) {
  storage::LabelState state;
  state.label = label;
  state.sample.body = body;
  return state;
}

inline storage::LabelEntry Entry(std::int64_t position, const std::string& sample,
                                 std::optional<storage::LabelState> before,
                                 std::optional<storage::LabelState> after) {
  storage::LabelEntry entry;
  entry.position = position;
  entry.site_id = 1;
  entry.sample_id = sample;
  entry.old_state = std::move(before);
  entry.new_state = std::move(after);
  return entry;
}

inline constexpr auto kHam = storage::LabelClass::kHam;
inline constexpr auto kSpam = storage::LabelClass::kSpam;

}  // namespace replyguard::service
