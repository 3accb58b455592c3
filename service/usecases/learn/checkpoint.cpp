// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/checkpoint.h"

#include <sodium.h>
#include <zstd.h>

#include <array>
#include <string>
#include <utility>

#include "usecases/classify.h"

namespace replyguard::service {
namespace {

constexpr int kZstdLevel = 3;
// Checkpoints looked at before giving up and building from the log's beginning.
constexpr std::int32_t kCandidatesMax = 100;
constexpr std::size_t kFoldBytesMax = std::size_t{4} * 1024 * 1024 * 1024;

absl::StatusOr<classifier::Fold> ReadFold(storage::CheckpointStore& store,
                                          const storage::CheckpointInfo& info,
                                          std::shared_ptr<const classifier::Starter> starter,
                                          storage::Deadline deadline) {
  const auto packed = store.ReadBytes(info.checkpoint_id, deadline);
  if (!packed.ok()) return packed.status();
  if (ChecksumOf(*packed) != info.checksum) return absl::DataLossError("the checksum differs");
  const auto bytes = UnpackBytes(*packed, kFoldBytesMax);
  if (!bytes.ok()) return bytes.status();
  auto fold = classifier::Fold::Deserialize(*bytes, std::move(starter),
                                            static_cast<std::uint32_t>(info.kind.generation));
  // Another version, or another starter model: not damaged, and of no use here.
  if (absl::IsFailedPrecondition(fold.status())) return fold.status();
  if (!fold.ok()) return absl::DataLossError(fold.status().message());
  if (static_cast<std::int64_t>(fold->position()) != info.position) {
    return absl::DataLossError("it is of another position");
  }
  return fold;
}

}  // namespace

storage::CheckpointKind KindOf(const classifier::Starter* starter, std::int64_t generation) {
  return {static_cast<std::int32_t>(classifier::kExtractorVersion),
          starter == nullptr ? 0 : std::int64_t{starter->id()}, generation};
}

LoadedFold LoadNewestCheckpoint(storage::CheckpointStore& store,
                                const std::shared_ptr<const classifier::Starter>& starter,
                                std::int64_t generation, std::int64_t position_min,
                                storage::Deadline deadline,
                                const std::function<void(std::string_view)>& warn) {
  LoadedFold loaded;
  const auto list = store.List(KindOf(starter.get(), generation), kCandidatesMax, deadline);
  if (!list.ok()) {
    loaded.status = list.status();
    return loaded;
  }
  for (const storage::CheckpointInfo& info : *list) {
    if (info.position < position_min) break;  // newest first
    if (!info.fits) {
      warn("checkpoint " + std::to_string(info.checkpoint_id) + " at position " +
           std::to_string(info.position) + " is of another label log and skipped");
      continue;
    }
    auto fold = ReadFold(store, info, starter, deadline);
    if (fold.ok()) {
      loaded.fold = *std::move(fold);
      loaded.mark = info.mark;
      return loaded;
    }
    // Gone: another server has pruned it since. Of another kind, or torn: an older one serves, or
    // the log itself.
    if (absl::IsNotFound(fold.status()) || absl::IsFailedPrecondition(fold.status())) continue;
    if (!absl::IsDataLoss(fold.status())) {
      loaded.status = fold.status();
      return loaded;
    }
    ++loaded.torn_count;
    warn("checkpoint " + std::to_string(info.checkpoint_id) + " at position " +
         std::to_string(info.position) + " is damaged and skipped");
  }
  return loaded;
}

absl::Status PutCheckpoint(const classifier::Fold& fold, const storage::LabelMark& mark,
                           storage::Timestamp now, storage::CheckpointStore& store,
                           storage::Deadline deadline) {
  const auto packed = PackBytes(fold.Serialize());
  if (!packed.ok()) return packed.status();
  storage::CheckpointInfo info;
  info.position = static_cast<std::int64_t>(fold.position());
  info.kind = {static_cast<std::int32_t>(fold.id().extractor_version),
               std::int64_t{fold.id().starter}, std::int64_t{fold.id().generation}};
  info.epoch = static_cast<std::int64_t>(fold.id().epoch);
  info.size_bytes = static_cast<std::int64_t>(packed->size());
  info.checksum = ChecksumOf(*packed);
  info.created_at = now;
  info.mark = mark;
  const auto holds = [&](storage::SiteId site, const std::string& sample) {
    return fold.Holds(static_cast<classifier::SiteId>(site), SampleIdOf(sample));
  };
  const auto stored = store.Put(info, *packed, holds, deadline);
  return absl::IsAlreadyExists(stored.status()) ? absl::OkStatus() : stored.status();
}

absl::StatusOr<std::string> PackBytes(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kZstdLevel);
  // Room enough there is: all else that it wants is memory to work in.
  if (ZSTD_isError(size) != 0) return absl::ResourceExhaustedError("no memory to pack a model");
  packed.resize(size);
  return packed;
}

absl::StatusOr<std::string> UnpackBytes(std::string_view packed, std::size_t bytes_max) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > bytes_max) {
    return absl::DataLossError("not what was stored");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != bytes.size()) {
    return absl::DataLossError("not what was stored");
  }
  return bytes;
}

std::string ChecksumOf(std::string_view bytes) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace replyguard::service
