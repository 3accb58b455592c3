// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Model files on their way in: pieces, kept until an operation has made a base of them
// (OperationStore::End removes them), or until nobody has touched them for a day.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int64_t kUploadBytesMax = std::int64_t{128} * 1024 * 1024;
inline constexpr std::int64_t kUploadPieceBytesMax = std::int64_t{1024} * 1024;
// Uploads of an installation that have begun and not ended.
inline constexpr std::int64_t kUploadsMax = 8;
inline constexpr std::chrono::hours kUploadKeptTime{24};

// Which upload.
struct UploadName {
  std::string created_by{};  // public id of the key
  std::string request_id{};  // 1 to 128 bytes, of the key
};

struct UploadPiece {
  UploadName name{};
  std::int64_t size_bytes = 0;  // of the whole, 1 to kUploadBytesMax; the same for all pieces
  std::string checksum{};       // of the whole, the same for all pieces
  std::int64_t offset = 0;
  std::string bytes{};  // 1 to kUploadPieceBytesMax
  Timestamp at{};
};

// Thread-safe.
class ModelUploadStore {
 public:
  virtual ~ModelUploadStore() = default;

  // Answers how many bytes are there. A piece that is there already changes nothing.
  // ALREADY_EXISTS: the upload has another size or checksum. OUT_OF_RANGE: pieces before it are
  // missing, or it goes beyond the size. RESOURCE_EXHAUSTED at kUploadsMax.
  virtual absl::StatusOr<std::int64_t> Put(const UploadPiece& piece, Deadline deadline) = 0;

  // Bytes that are there; 0 for none.
  virtual absl::StatusOr<std::int64_t> ReceivedBytes(const UploadName& name, Deadline deadline) = 0;

  // The pieces from `offset` on that are there, at most some 16 MiB; empty: no more.
  virtual absl::StatusOr<std::string> Read(const UploadName& name, std::int64_t offset,
                                           Deadline deadline) = 0;
};

}  // namespace replyguard::storage
