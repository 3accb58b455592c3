// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What leaves an installation, page by page: comments, labels, imports, stored models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "storage/checkpoint_store.h"
#include "storage/export_store.h"
#include "storage/generation_store.h"

namespace replyguard::service {

class Learner;
class SiteDirectory;

inline constexpr std::int64_t kModelPieceBytesMax = 1024 * 1024;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS. All need an operator's key
// that covers the site, or for a model every site: PERMISSION_DENIED. SITE_NOT_FOUND; UNAVAILABLE
// and the like.
class Exports {
 public:
  // Where a page of labels ended, and of which position of the log the pages speak.
  struct LabelCursor {
    std::int64_t as_of = 0;
    std::int64_t after = 0;
  };
  struct Labels {
    std::vector<storage::ExportedLabel> labels;
    std::int64_t as_of = 0;
  };
  // Where a piece of a model begins.
  struct ModelCursor {
    std::int64_t checkpoint_id = 0;
    std::int64_t offset = 0;
  };
  struct ModelPiece {
    std::string bytes;
    storage::CheckpointInfo info;  // of the whole
    std::int64_t offset = 0;       // of the first byte
  };

  Exports(const SiteDirectory& sites, Learner& learner, storage::ExportStore& store,
          storage::LabelLog& labels, storage::CheckpointStore& checkpoints,
          storage::GenerationStore& generations);

  // As storage::ExportStore::Comments.
  absl::StatusOr<std::vector<storage::ExportedComment>> Comments(
      const Principal& principal, const std::string& site, std::optional<storage::CommentId> after,
      std::int32_t limit, storage::Deadline deadline) const;

  // Without a cursor: from the beginning, as of the log's head. As storage::ExportStore::Labels.
  absl::StatusOr<Labels> LabelPage(const Principal& principal, const std::string& site,
                                   std::optional<LabelCursor> cursor, bool history,
                                   std::int32_t limit, storage::Deadline deadline) const;

  absl::StatusOr<std::vector<storage::ImportSummary>> Imports(const Principal& principal,
                                                              const std::string& site,
                                                              storage::Deadline deadline) const;

  // Of the newest stored model of a generation (absent: the active one), stored now if this server
  // holds one, and then on from where the cursor says. GENERATION_NOT_FOUND; MODEL_NOT_STORED: it
  // has never been active, or for too short a time; MODEL_PRUNED: newer ones have taken its place.
  absl::StatusOr<ModelPiece> Model(const Principal& principal,
                                   std::optional<std::int64_t> generation,
                                   std::optional<ModelCursor> cursor,
                                   storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  Learner& learner_;
  storage::ExportStore& store_;
  storage::LabelLog& labels_;
  storage::CheckpointStore& checkpoints_;
  storage::GenerationStore& generations_;
};

}  // namespace replyguard::service
