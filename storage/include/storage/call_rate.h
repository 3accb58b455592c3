// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How many calls somebody may make.
#pragma once

#include <cstdint>

namespace replyguard::storage {

inline constexpr std::int32_t kCallRateMax = 1'000'000;

struct CallRate {
  std::int32_t per_second = 0;  // in the long run; 1 to kCallRateMax
  std::int32_t burst = 0;       // at once, after a rest; 1 to kCallRateMax
};

}  // namespace replyguard::storage
