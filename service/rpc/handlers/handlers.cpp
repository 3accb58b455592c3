// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/handlers.h"

namespace replyguard::service::rpc {

void AddAllMethods(const UseCases& use_cases, MethodTable& table) {
  AddSubmitMethods(use_cases, table);
  AddCommentMethods(use_cases, table);
  AddEventMethods(use_cases, table);
  AddThreadMethods(use_cases, table);
  AddQueueMethods(use_cases, table);
  AddDecisionMethods(use_cases, table);
  AddModelMethods(use_cases, table);
  AddGenerationMethods(use_cases, table);
  AddOperationMethods(use_cases, table);
  AddLabelReviewMethods(use_cases, table);
  AddDriftMethods(use_cases, table);
  AddShadowMethods(use_cases, table);
  AddBacktestMethods(use_cases, table);
  AddSiteMethods(use_cases, table);
  AddApiKeyMethods(use_cases, table);
  AddExportMethods(use_cases, table);
  AddAccountMethods(use_cases, table);
  AddPeopleMethods(use_cases, table);
  AddSearchMethods(use_cases, table);
  AddBulkMethods(use_cases, table);
  AddDeskMethods(use_cases, table);
  AddAuditMethods(use_cases, table);
  AddModelImportMethods(use_cases, table);
  AddWebhookMethods(use_cases, table);
  AddAuthorMethods(use_cases, table);
}

}  // namespace replyguard::service::rpc
