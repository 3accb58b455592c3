// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/admin_service.pb.h"
#include "service/rpc/convert/admin.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/api_keys.h"
#include "service/usecases/authorize.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kKeyPageStandard = 50;
constexpr std::int32_t kKeyPageMax = 500;

absl::Status Create(const UseCases& use_cases, const CallContext& call,
                    const v1::CreateApiKeyRequest& request, v1::CreateApiKeyResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  validation::Violations violations;
  ApiKeys::CreateRequest input = FromProto(request.api_key(), "api_key.", violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto made = use_cases.keys.Create(*call.principal, std::move(input), call.deadline);
  if (!made.ok()) return made.status();
  ToProto(made->key, response.mutable_api_key());
  response.set_secret(made->secret);
  return absl::OkStatus();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListApiKeysRequest& request, v1::ListApiKeysResponse& response) {
  const auto limit = PageSize(request.page_size(), kKeyPageStandard, kKeyPageMax);
  if (!limit.ok()) return limit.status();
  ApiKeys::ListRequest input;
  input.limit = *limit;
  if (!request.site().empty()) {
    absl::StatusOr<std::string> site = SiteIn("site", request.site());
    if (!site.ok()) return site.status();
    input.site = *std::move(site);
  }
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    input.before_created_at = storage::Timestamp(std::chrono::microseconds(reader.Number()));
    input.before_key_id = reader.Rest();
    if (!reader.ok()) return BadPageToken();
  }
  const auto rows = use_cases.keys.List(*call.principal, input, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_api_keys(),
      response.mutable_next_page_token(),
      [](const ApiKeys::KeyInfo& row, v1::ApiKey* out) { ToProto(row, out); },
      [](const ApiKeys::KeyInfo& row) {
        return CursorWriter()
            .Number(row.record.created_at.time_since_epoch().count())
            .Rest(row.record.key_id)
            .Take();
      });
  return absl::OkStatus();
}

absl::Status Revoke(const UseCases& use_cases, const CallContext& call,
                    const v1::RevokeApiKeyRequest& request, v1::RevokeApiKeyResponse& response) {
  const std::optional<std::string> key_id = ParseApiKeyName(request.name());
  if (!key_id) return BadName("name", request.name(), "apiKeys/{key}");
  const auto key = use_cases.keys.Revoke(*call.principal, *key_id, call.deadline, request.force());
  if (key.ok()) ToProto(*key, response.mutable_api_key());
  return key.status();
}

}  // namespace

void AddApiKeyMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::CreateApiKeyRequest, v1::CreateApiKeyResponse>(
      "AdminService.CreateApiKey",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Create(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListApiKeysRequest, v1::ListApiKeysResponse>(
      "AdminService.ListApiKeys",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
  table.AddBlocking<v1::RevokeApiKeyRequest, v1::RevokeApiKeyResponse>(
      "AdminService.RevokeApiKey",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Revoke(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
