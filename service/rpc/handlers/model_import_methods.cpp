// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/operation.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/learn/model_imports.h"

namespace replyguard::service::rpc {
namespace {

absl::Status ImportModel(const UseCases& use_cases, const CallContext& call,
                         const v1::ImportModelRequest& request, v1::ImportModelResponse& response) {
  ModelImports::Piece piece;
  piece.request_id = request.request_id();
  piece.offset = request.offset();
  piece.bytes = request.piece();
  piece.size_bytes = request.size_bytes();
  piece.checksum = request.checksum();
  piece.note = request.note();
  piece.learnt_position = request.learnt_position();
  piece.learn_all_labels = request.learn_all_labels();
  piece.ignore_active_exclusions = request.ignore_active_exclusions();
  for (const v1::ModelImportSite& site : request.sites()) {
    const auto slug = SiteIn("sites.site", site.site());
    if (!slug.ok()) return slug.status();
    if (site.number() < 1) {
      return InvalidField("sites.number", "OUT_OF_RANGE", "Must be 1 or more.");
    }
    if (!piece.sites.emplace(site.number(), *slug).second) {
      return InvalidField("sites", "DUPLICATE", "Must not name a site of the file twice.");
    }
  }
  auto answer = use_cases.model_imports.Put(*call.principal, std::move(piece), call.deadline);
  if (!answer.ok()) return answer.status();
  response.set_next_offset(answer->next_offset);
  if (answer->operation) {
    ToProto(use_cases.directory, *answer->operation, response.mutable_operation());
  }
  return absl::OkStatus();
}

}  // namespace

void AddModelImportMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::ImportModelRequest, v1::ImportModelResponse>(use_cases, table, "ModelService.ImportModel",
                                                       ImportModel);
}

}  // namespace replyguard::service::rpc
