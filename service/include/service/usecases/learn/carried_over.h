// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Exclusions that a new generation takes over from the active one, so that what was cured stays
// cured when somebody retrains without remembering it.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/learn/comparison.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// What nobody asked for.
struct CarriedOver {
  std::int64_t generation = 0;          // that left it out; 0: nothing was taken over
  std::vector<std::string> excluded{};  // as storage::Generation::excluded, sorted
};

// Adds what `active` leaves out to what `candidate` does, sorted. EXCLUSION_LIMIT when all of them
// are more than storage::kExcludedKeysMax.
absl::StatusOr<CarriedOver> CarryOver(const storage::Generation& active,
                                      storage::Generation& candidate);

// What is kept with a generation (storage::Generation::report), for ComparisonFromJson and
// CarriedOverOf. `comparison`: null for none.
std::string ReportOf(const Comparison* comparison, const CarriedOver& carried_over);

// Of a report; nothing was taken over where it does not say.
CarriedOver CarriedOverOf(std::string_view report);

}  // namespace replyguard::service
