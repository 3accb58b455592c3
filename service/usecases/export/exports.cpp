// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/export/exports.h"

#include <algorithm>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/learner.h"
#include "usecases/learn/checkpoint.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::int32_t kModelsListedMax = 100;

absl::Status Pruned() {
  return MakeError(absl::StatusCode::kAborted, reasons::kModelPruned,
                   "newer models have taken the place of this one; begin again");
}

}  // namespace

Exports::Exports(const SiteDirectory& sites, Learner& learner, storage::ExportStore& store,
                 storage::LabelLog& labels, storage::CheckpointStore& checkpoints,
                 storage::GenerationStore& generations)
    : sites_(sites),
      learner_(learner),
      store_(store),
      labels_(labels),
      checkpoints_(checkpoints),
      generations_(generations) {}

absl::StatusOr<std::vector<storage::ExportedComment>> Exports::Comments(
    const Principal& principal, const std::string& site, std::optional<storage::CommentId> after,
    std::int32_t limit, storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  auto page = store_.Comments((*view)->record.site_id, after, limit, deadline);
  if (!page.ok()) return FromStorage(page.status());
  return page;
}

absl::StatusOr<Exports::Labels> Exports::LabelPage(const Principal& principal,
                                                   const std::string& site,
                                                   std::optional<LabelCursor> cursor, bool history,
                                                   std::int32_t limit,
                                                   storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  if (!cursor) {
    const auto head = labels_.HeadPosition(deadline);
    if (!head.ok()) return FromStorage(head.status());
    cursor = LabelCursor{*head, 0};
  }
  auto page = store_.Labels({(*view)->record.site_id, cursor->as_of, cursor->after, history, limit},
                            deadline);
  if (!page.ok()) return FromStorage(page.status());
  return Labels{*std::move(page), cursor->as_of};
}

absl::StatusOr<std::vector<storage::ImportSummary>> Exports::Imports(
    const Principal& principal, const std::string& site, storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  auto imports = store_.Imports((*view)->record.site_id, deadline);
  if (!imports.ok()) return FromStorage(imports.status());
  return imports;
}

absl::StatusOr<Exports::ModelPiece> Exports::Model(const Principal& principal,
                                                   std::optional<std::int64_t> generation,
                                                   std::optional<ModelCursor> cursor,
                                                   storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  const auto found =
      generation ? generations_.Get(*generation, deadline) : generations_.Active(deadline);
  if (!found.ok()) {
    return FromStorage(found.status(), {.not_found = reasons::kGenerationNotFound});
  }
  if (!cursor) {
    // Of a generation that this server holds: as it is now.
    const auto fresh = learner_.StoreFresh(found->number, deadline);
    if (!fresh.ok()) return FromStorage(fresh.status());
  }
  auto stored =
      checkpoints_.List(KindOf(learner_.starter(), found->number), kModelsListedMax, deadline);
  if (!stored.ok()) return FromStorage(stored.status());
  std::erase_if(*stored, [](const storage::CheckpointInfo& one) { return !one.fits; });
  if (stored->empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kModelNotStored,
                     "no model of generation " + std::to_string(found->number) +
                         " is stored: a generation has one once it has been active for a while");
  }
  const auto info = cursor ? std::find_if(stored->begin(), stored->end(),
                                          [&](const storage::CheckpointInfo& one) {
                                            return one.checkpoint_id == cursor->checkpoint_id;
                                          })
                           : stored->begin();
  if (info == stored->end()) return Pruned();
  const std::int64_t offset = cursor ? cursor->offset : 0;
  auto bytes = store_.CheckpointPiece(info->checkpoint_id, offset, kModelPieceBytesMax, deadline);
  if (absl::IsNotFound(bytes.status())) return Pruned();
  if (!bytes.ok()) return FromStorage(bytes.status());
  return ModelPiece{*std::move(bytes), *info, offset};
}

}  // namespace replyguard::service
