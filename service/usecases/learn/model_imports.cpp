// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/model_imports.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/orders.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kChecksumDigits = 64;

absl::Status CheckFields(ModelImports::Piece& piece) {
  validation::Violations violations;
  CheckId(piece.request_id, "request_id", violations);
  CheckRange(piece.size_bytes, 1, storage::kUploadBytesMax, "size_bytes", violations, "bytes");
  CheckRange(static_cast<std::int64_t>(piece.bytes.size()), 1, storage::kUploadPieceBytesMax,
             "piece", violations, "bytes");
  CheckRange(piece.offset, 0, storage::kUploadBytesMax, "offset", violations);
  if (piece.checksum.size() != kChecksumDigits || !IsHexText(piece.checksum)) {
    violations.Add("checksum", "VALUE_INVALID", "Must be 64 lower-case hexadecimal digits.");
  }
  CheckNote(piece.note, kGenerationNoteBytesMax, "note", violations);
  CheckRange(static_cast<std::int64_t>(piece.sites.size()), 0, kModelImportSitesMax, "sites",
             violations, "sites");
  return InvalidFields(violations);
}

absl::Status PutError(const absl::Status& status) {
  if (absl::IsOutOfRange(status)) {
    return MakeError(absl::StatusCode::kOutOfRange, reasons::kPieceMissing,
                     std::string(status.message()));
  }
  return FromStorage(status, {.already_exists = reasons::kRequestIdReused,
                              .limit_reached = reasons::kUploadLimit});
}

}  // namespace

absl::StatusOr<ModelImports::Answer> ModelImports::Put(const Principal& principal, Piece piece,
                                                       storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  if (auto status = CheckFields(piece); !status.ok()) return status;
  auto begun = operations_.Find(principal.key_id, piece.request_id, deadline);
  if (begun.ok() && begun->start.kind == storage::OperationKind::kImport) {
    return Answer{piece.size_bytes, *std::move(begun)};
  }
  if (begun.ok()) {
    return MakeError(absl::StatusCode::kAlreadyExists, reasons::kRequestIdReused,
                     "the request_id was used with another request");
  }
  if (!absl::IsNotFound(begun.status())) return FromStorage(begun.status());
  storage::UploadPiece part{{principal.key_id, piece.request_id},
                            piece.size_bytes,
                            piece.checksum,
                            piece.offset,
                            std::move(piece.bytes),
                            clock_.Now()};
  const auto received = uploads_.Put(part, deadline);
  if (!received.ok()) return PutError(received.status());
  Answer answer{*received, std::nullopt};
  if (*received < piece.size_bytes) return answer;
  auto operation = Start(principal, std::move(piece), deadline);
  if (!operation.ok()) return operation.status();
  answer.operation = *std::move(operation);
  return answer;
}

absl::StatusOr<storage::Operation> ModelImports::Start(const Principal& principal, Piece piece,
                                                       storage::Deadline deadline) const {
  const auto head = labels_.HeadPosition(deadline);
  if (!head.ok()) return FromStorage(head.status());
  validation::Violations violations;
  CheckRange(piece.learnt_position, 0, *head, "learnt_position", violations);
  if (piece.learn_all_labels && piece.learnt_position != 0) {
    violations.Add("learn_all_labels", "VALUE_INVALID", "Must not come with learnt_position.");
  }
  if (auto status = InvalidFields(violations); !status.ok()) return status;
  ImportOrder order{piece.size_bytes,
                    std::move(piece.checksum),
                    storage::MaskText(piece.note).text(),
                    piece.learnt_position,
                    {},
                    piece.learn_all_labels,
                    piece.ignore_active_exclusions};
  std::set<storage::SiteId> taken;
  for (const auto& [number, slug] : piece.sites) {
    const auto site = sites_.Enter(principal, Permission::kTrain, slug);
    if (!site.ok()) return site.status();
    if (!taken.insert((*site)->record.site_id).second) {
      return InvalidField("sites", "DUPLICATE", "Must not name a site here twice.");
    }
    order.sites.emplace(number, (*site)->record.site_id);
  }
  auto started =
      operations_.Start({storage::OperationKind::kImport, std::string(kModelScope), ToJson(order),
                         principal.key_id, clock_.Now(), std::move(piece.request_id)},
                        deadline);
  if (!started.ok()) {
    return FromStorage(started.status(), {.already_exists = reasons::kRequestIdReused});
  }
  if (!started->started) return ModelWorkRuns(started->operation);
  if (started_) started_();
  return std::move(started->operation);
}

}  // namespace replyguard::service
