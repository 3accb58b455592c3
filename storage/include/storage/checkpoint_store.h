// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Stored models: folds of the label log up to a position, so that a start need not read the log
// from its beginning.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/label_log.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::size_t kCheckpointBytesMax = std::size_t{512} * 1024 * 1024;

// Models of one kind can stand in for each other.
struct CheckpointKind {
  std::int32_t extractor_version = 0;
  std::int64_t starter = 0;     // which starter model they began with; 0: none
  std::int64_t generation = 1;  // Generation::number

  bool operator==(const CheckpointKind&) const = default;
};

struct CheckpointInfo {
  std::int64_t checkpoint_id = 0;  // given by the database
  std::int64_t position = 0;       // labels applied
  CheckpointKind kind;
  std::int64_t epoch = 0;
  std::int64_t size_bytes = 0;
  std::string checksum;  // whatever the caller gave with the bytes
  Timestamp created_at{};
  LabelMark mark{};  // of the label at its position
  // By List: the log says, as far as it tells, what this has learnt. Otherwise another label stands
  // at its position, or the log is not so far.
  bool fits = true;
};

// Thread-safe. The bytes are opaque; whoever reads them verifies the checksum and takes the next
// older one when it is wrong.
class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;

  // Whether the model holds what this sample taught; empty: it holds nothing.
  using Holds = std::function<bool(SiteId site_id, const std::string& sample_id)>;
  // Answers the id. ALREADY_EXISTS for the same position, kind and epoch (another
  // server was faster: not a failure). INVALID_ARGUMENT above kCheckpointBytesMax. ABORTED when its
  // mark is not that of the log, and when it holds a text that is erased by now, and ends before
  // the retraction: it is to learn that first. `holds` is asked of such samples, within the call.
  virtual absl::StatusOr<std::int64_t> Put(const CheckpointInfo& info, std::string_view bytes,
                                           const Holds& holds, Deadline deadline) = 0;

  // Newest position first, without bytes; only this kind. limit 1 to 1000.
  virtual absl::StatusOr<std::vector<CheckpointInfo>> List(const CheckpointKind& kind,
                                                           std::int32_t limit,
                                                           Deadline deadline) = 0;

  // The kind of the one stored last. NOT_FOUND: none is.
  virtual absl::StatusOr<CheckpointKind> NewestKind(Deadline deadline) = 0;

  // NOT_FOUND.
  virtual absl::StatusOr<std::string> ReadBytes(std::int64_t checkpoint_id, Deadline deadline) = 0;

  // Deletes all of this kind but the newest keep (from 1) that fit. Answers how many went.
  virtual absl::StatusOr<std::int64_t> Prune(const CheckpointKind& kind, std::int32_t keep,
                                             Deadline deadline) = 0;
};

}  // namespace replyguard::storage
