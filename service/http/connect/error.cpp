// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/error.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "service/http/retry_after.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::http {
namespace {

using nlohmann::json;

struct CodeName {
  grpc::StatusCode code;
  std::string_view name;
  int http;
};
constexpr CodeName kCodes[] = {
    {grpc::StatusCode::CANCELLED, "canceled", 499},
    {grpc::StatusCode::INVALID_ARGUMENT, "invalid_argument", 400},
    {grpc::StatusCode::DEADLINE_EXCEEDED, "deadline_exceeded", 504},
    {grpc::StatusCode::NOT_FOUND, "not_found", 404},
    {grpc::StatusCode::ALREADY_EXISTS, "already_exists", 409},
    {grpc::StatusCode::PERMISSION_DENIED, "permission_denied", 403},
    {grpc::StatusCode::RESOURCE_EXHAUSTED, "resource_exhausted", 429},
    {grpc::StatusCode::FAILED_PRECONDITION, "failed_precondition", 400},
    {grpc::StatusCode::ABORTED, "aborted", 409},
    {grpc::StatusCode::OUT_OF_RANGE, "out_of_range", 400},
    {grpc::StatusCode::UNIMPLEMENTED, "unimplemented", 501},
    {grpc::StatusCode::INTERNAL, "internal", 500},
    {grpc::StatusCode::UNAVAILABLE, "unavailable", 503},
    {grpc::StatusCode::DATA_LOSS, "data_loss", 500},
    {grpc::StatusCode::UNAUTHENTICATED, "unauthenticated", 401},
};

const CodeName& NameOf(int code) {
  for (const CodeName& one : kCodes) {
    if (one.code == code) return one;
  }
  static constexpr CodeName kUnknown{grpc::StatusCode::UNKNOWN, "unknown", 500};
  return kUnknown;
}

json DetailOf(const google::protobuf::Any& any) {
  const std::string& url = any.type_url();
  std::string value = absl::Base64Escape(any.value());
  while (value.ends_with('=')) value.pop_back();
  json detail = {{"type", url.substr(url.rfind('/') + 1)}, {"value", value}};
  std::string readable;
  if (google::protobuf::util::MessageToJsonString(any, &readable).ok()) {
    json debug = json::parse(readable, nullptr, false);
    if (debug.is_object()) {
      debug.erase("@type");
      detail["debug"] = std::move(debug);
    }
  }
  return detail;
}

json JsonOf(const google::rpc::Status& status) {
  json out = {{"code", NameOf(status.code()).name}};
  if (!status.message().empty()) out["message"] = status.message();
  for (const auto& any : status.details()) out["details"].push_back(DetailOf(any));
  return out;
}

}  // namespace

std::string ErrorJson(const absl::Status& status, std::string_view request_id) {
  return JsonOf(rpc::ToRpcStatus(status, request_id)).dump();
}

Response ErrorResponse(const absl::Status& status, std::string_view request_id) {
  const google::rpc::Status rpc_status = rpc::ToRpcStatus(status, request_id);
  Response response;
  response.status = NameOf(rpc_status.code()).http;
  response.headers = {{"content-type", "application/json"}};
  if (auto seconds = RetryAfterOf(status)) {
    response.headers.emplace_back("retry-after", *std::move(seconds));
  }
  if (response.status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
  response.body = JsonOf(rpc_status).dump();
  return response;
}

}  // namespace replyguard::service::http
