// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/model_file.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "service/usecases/errors.h"
#include "usecases/learn/checkpoint.h"

namespace replyguard::service {
namespace {

absl::Status Invalid(std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reasons::kModelFileInvalid, why);
}

// Of a hostile file, sums may not fit.
std::int64_t Count(std::uint64_t count) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int64_t>(std::min(count, kMost));
}

absl::StatusOr<classifier::Fold> Read(std::string_view bytes,
                                      std::shared_ptr<const classifier::Starter> starter) {
  const std::string_view here =
      starter == nullptr ? "none" : "shipped (or the file that classifier.starter names)";
  auto fold = classifier::Fold::Deserialize(bytes, std::move(starter));
  if (absl::IsFailedPrecondition(fold.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kModelFileForeign,
                     "the file is " + std::string(fold.status().message()) +
                         ". Made for this server, it begins with its starter model: replyguard "
                         "train --starter " +
                         std::string(here));
  }
  if (!fold.ok())
    return Invalid("the file is damaged, or no model: " + std::string(fold.status().message()));
  return fold;
}

}  // namespace

absl::StatusOr<SealedModel> SealModelFile(std::string_view packed, const ModelFileOrder& order,
                                          std::shared_ptr<const classifier::Starter> starter) {
  if (ChecksumOf(packed) != order.checksum) {
    return Invalid("what came is not what was sent: its checksum differs");
  }
  const auto bytes = UnpackBytes(packed, kModelFileBytesMax);
  if (!bytes.ok()) return Invalid("not a zstd frame that tells its size, of at most 256 MiB");
  auto fold = Read(*bytes, std::move(starter));
  if (!fold.ok()) return fold.status();

  std::int64_t learnt_position = order.learnt_position;
  if (learnt_position == 0 && order.find_position) {
    const auto found = order.find_position(*fold);
    if (!found.ok()) return found.status();
    learnt_position = *found;
  }
  classifier::Sealing sealing;
  sealing.learnt_position = static_cast<std::uint64_t>(learnt_position);
  std::map<classifier::SiteId, classifier::SiteId> sites;
  for (const auto& [number, site] : order.sites) {
    sites.emplace(static_cast<classifier::SiteId>(number), static_cast<classifier::SiteId>(site));
  }
  if (!sites.empty()) sealing.sites = &sites;
  fold->Seal(sealing);
  BaseInfo info;
  info.checksum = order.checksum;
  info.size_bytes = static_cast<std::int64_t>(bytes->size());
  info.learnt_position = learnt_position;
  for (const classifier::SiteContents& site : fold->Contents()) {
    info.sites.push_back(static_cast<storage::SiteId>(site.site));
    info.spam_count += Count(site.spam);
    info.ham_count += Count(site.ham);
  }
  if (info.spam_count + info.ham_count == 0) {
    return Invalid(order.sites.empty() ? "the model has learnt nothing"
                                       : "the model knows nothing of the sites that were named");
  }
  storage::ModelBase base;
  auto repacked = PackBytes(fold->Serialize());
  if (!repacked.ok()) return repacked.status();
  base.bytes = *std::move(repacked);
  base.checksum = ChecksumOf(base.bytes);
  base.info = ToJson(info);
  return SealedModel{*std::move(fold), std::move(base)};
}

}  // namespace replyguard::service
