// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Model files that become generations: taken piece by piece, for operators of the whole
// installation. An operation (GenerationJobs) makes the generation of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/label_log.h"
#include "storage/model_upload_store.h"
#include "storage/operation_store.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::size_t kModelImportSitesMax = 1'000;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS.
class ModelImports {
 public:
  struct Piece {
    std::string request_id{};  // as CheckId
    std::int64_t offset = 0;
    std::string bytes{};          // 1 to storage::kUploadPieceBytesMax
    std::int64_t size_bytes = 0;  // of the whole, 1 to storage::kUploadBytesMax
    std::string checksum{};       // of the whole, 64 lower-case hexadecimal digits
    // Of the last piece.
    std::string note{};
    std::int64_t learnt_position = 0;  // at most the log's head
    std::map<std::int64_t, std::string>
        sites{};                            // slugs by numbers in the file; empty: as they are
    bool learn_all_labels = false;          // not with a learnt_position
    bool ignore_active_exclusions = false;  // as Generations::RetrainRequest
  };
  struct Answer {
    std::int64_t next_offset = 0;
    std::optional<storage::Operation> operation{};  // with the last piece
  };

  // `started` is called when there is an operation to take up; quick, from any thread.
  ModelImports(const SiteDirectory& sites, storage::ModelUploadStore& uploads,
               storage::OperationStore& operations, storage::LabelLog& labels, const Clock& clock,
               std::function<void()> started = {})
      : sites_(sites),
        uploads_(uploads),
        operations_(operations),
        labels_(labels),
        clock_(clock),
        started_(std::move(started)) {}

  // PERMISSION_DENIED; INVALID_ARGUMENT; SITE_NOT_FOUND; PIECE_MISSING, whose message tells where
  // to go on; REQUEST_ID_REUSED; UPLOAD_LIMIT; RETRAIN_RUNS: the piece is kept, send it again
  // later.
  absl::StatusOr<Answer> Put(const Principal& principal, Piece piece,
                             storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::Operation> Start(const Principal& principal, Piece piece,
                                           storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  storage::ModelUploadStore& uploads_;
  storage::OperationStore& operations_;
  storage::LabelLog& labels_;
  const Clock& clock_;
  const std::function<void()> started_;
};

}  // namespace replyguard::service
