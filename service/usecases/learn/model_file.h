// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Model files, as `replyguard train` and `model export` write them, made into what generations
// begin with. Whoever sends one is not trusted.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "service/usecases/learn/base_info.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// Uncompressed.
inline constexpr std::size_t kModelFileBytesMax = std::size_t{256} * 1024 * 1024;

struct ModelFileOrder {
  std::string checksum{};  // of the packed bytes
  std::int64_t learnt_position = 0;
  // Asked of the file as it came where learnt_position is 0; null: it stays 0.
  std::function<absl::StatusOr<std::int64_t>(const classifier::Fold&)> find_position{};
  // Sites here by their numbers in the file; empty: the same numbers.
  std::map<storage::SiteId, storage::SiteId> sites{};
};

// A sealed fold and how it is kept.
struct SealedModel {
  classifier::Fold fold;
  storage::ModelBase base;
};

// `packed`: a zstd frame. INVALID_ARGUMENT (MODEL_FILE_INVALID): another checksum, no such frame,
// more than kModelFileBytesMax, not a model or a damaged one, or none of the sites.
// FAILED_PRECONDITION (MODEL_FILE_FOREIGN): of another version of the extractor, or begun with
// another starter model than `starter` (null: none). What find_position answers.
absl::StatusOr<SealedModel> SealModelFile(std::string_view packed, const ModelFileOrder& order,
                                          std::shared_ptr<const classifier::Starter> starter);

}  // namespace replyguard::service
