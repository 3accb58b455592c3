// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/begin_fold.h"

#include <string>
#include <utility>

#include "service/usecases/errors.h"
#include "service/usecases/learn/model_beginning.h"
#include "usecases/learn/checkpoint.h"
#include "usecases/learn/model_file.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {

absl::StatusOr<classifier::Fold> BeginFold(const storage::Generation& generation,
                                           std::shared_ptr<const classifier::Starter> starter,
                                           storage::GenerationStore* store,
                                           storage::Deadline deadline) {
  const auto number = static_cast<std::uint32_t>(generation.number);
  if (generation.base == 0) return classifier::Fold(std::move(starter), number);
  if (store == nullptr) return absl::FailedPreconditionError("bases cannot be read here");
  const auto base = store->ReadBase(generation.base, deadline);
  if (!base.ok()) return FromStorage(base.status());
  const std::string what = "the base of generation " + std::to_string(generation.number);
  if (ChecksumOf(base->bytes) != base->checksum) return absl::DataLossError(what + " is damaged");
  const auto bytes = UnpackBytes(base->bytes, kModelFileBytesMax);
  if (!bytes.ok()) return absl::DataLossError(what + " is damaged");
  auto fold = classifier::Fold::Deserialize(*bytes, std::move(starter), number);
  if (absl::IsFailedPrecondition(fold.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kModelFileForeign,
                     what + " is " + std::string(fold.status().message()));
  }
  if (!fold.ok()) return absl::DataLossError(what + " is damaged");
  return fold;
}

absl::Status CheckBeginning(const storage::Generation& generation,
                            std::shared_ptr<const classifier::Starter> starter,
                            storage::GenerationStore& store, storage::Deadline deadline) {
  return BeginFold(generation, std::move(starter), &store, deadline).status();
}

bool LacksBeginning(const absl::Status& status) {
  return absl::IsDataLoss(status) || ReasonOf(status) == reasons::kModelFileForeign;
}

std::string WayBack(const absl::Status& status) {
  return std::string(absl::IsDataLoss(status) ? "" : "let classifier.starter be what it was, or ") +
         "activate another generation: replyguard model rollback, or model activate N --force";
}

}  // namespace replyguard::service
