// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The adapters: each reads a request, calls one use case and makes the answer. No decision is taken
// here.
#pragma once

#include "service/rpc/dispatch/method_table.h"
#include "service/rpc/methods.h"

namespace replyguard::service::rpc {

void AddSubmitMethods(const UseCases& use_cases, MethodTable& table);
void AddCommentMethods(const UseCases& use_cases, MethodTable& table);
void AddEventMethods(const UseCases& use_cases, MethodTable& table);
void AddThreadMethods(const UseCases& use_cases, MethodTable& table);
void AddQueueMethods(const UseCases& use_cases, MethodTable& table);
void AddDecisionMethods(const UseCases& use_cases, MethodTable& table);
void AddModelMethods(const UseCases& use_cases, MethodTable& table);
void AddDriftMethods(const UseCases& use_cases, MethodTable& table);
void AddGenerationMethods(const UseCases& use_cases, MethodTable& table);
void AddOperationMethods(const UseCases& use_cases, MethodTable& table);
void AddLabelReviewMethods(const UseCases& use_cases, MethodTable& table);
void AddShadowMethods(const UseCases& use_cases, MethodTable& table);
void AddBacktestMethods(const UseCases& use_cases, MethodTable& table);
void AddSiteMethods(const UseCases& use_cases, MethodTable& table);
void AddApiKeyMethods(const UseCases& use_cases, MethodTable& table);
void AddExportMethods(const UseCases& use_cases, MethodTable& table);
void AddAccountMethods(const UseCases& use_cases, MethodTable& table);
void AddPeopleMethods(const UseCases& use_cases, MethodTable& table);
void AddSearchMethods(const UseCases& use_cases, MethodTable& table);
void AddBulkMethods(const UseCases& use_cases, MethodTable& table);
void AddDeskMethods(const UseCases& use_cases, MethodTable& table);
void AddAuditMethods(const UseCases& use_cases, MethodTable& table);
void AddModelImportMethods(const UseCases& use_cases, MethodTable& table);
void AddWebhookMethods(const UseCases& use_cases, MethodTable& table);
void AddAuthorMethods(const UseCases& use_cases, MethodTable& table);

}  // namespace replyguard::service::rpc
