// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the operations of a model were asked to do, as they are stored (NewOperation::request).
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// The scope of all operations of a model.
inline constexpr std::string_view kModelScope = "model";

struct RetrainOrder {
  std::vector<std::string> excluded{};    // as storage::Generation::excluded, sorted
  std::string note{};                     // masked
  bool without_base = false;              // else with that of the active one, if it has any
  bool ignore_active_exclusions = false;  // else those of the active one are added
};

struct ImportOrder {
  std::int64_t size_bytes = 0;
  std::string checksum{};
  std::string note{};  // masked
  std::int64_t learnt_position = 0;
  // Sites here by their numbers in the file; empty: the same numbers.
  std::map<storage::SiteId, storage::SiteId> sites{};
  bool learn_all_labels = false;          // else learnt_position 0 asks the file
  bool ignore_active_exclusions = false;  // as in RetrainOrder
};

struct EvaluateOrder {
  std::int64_t generation = storage::kFirstGeneration;
};

struct CompareOrder {
  std::int64_t base = storage::kFirstGeneration;
  std::int64_t candidate = storage::kFirstGeneration;
};

struct ActivateOrder {
  std::int64_t generation = storage::kFirstGeneration;
};

std::string ToJson(const RetrainOrder& order);
std::string ToJson(const ImportOrder& order);
std::string ToJson(const EvaluateOrder& order);
std::string ToJson(const CompareOrder& order);
std::string ToJson(const ActivateOrder& order);

// DATA_LOSS for what is none.
absl::StatusOr<RetrainOrder> RetrainOrderOf(std::string_view json);
absl::StatusOr<ImportOrder> ImportOrderOf(std::string_view json);
absl::StatusOr<EvaluateOrder> EvaluateOrderOf(std::string_view json);
absl::StatusOr<CompareOrder> CompareOrderOf(std::string_view json);
absl::StatusOr<ActivateOrder> ActivateOrderOf(std::string_view json);

}  // namespace replyguard::service
