// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/status/status_mapping.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

template <typename Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(StatusMappingTest, EveryCodeHasItsOwnAndUnknownNeverLeaves) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "secret text");
    const grpc::Status mapped = ToGrpcStatus(status, "id");
    const bool internal = code == 2 || code == 13 || code == 15;
    EXPECT_EQ(static_cast<int>(mapped.error_code()), internal ? 13 : code);
    EXPECT_EQ(mapped.error_message().find("secret"), std::string::npos) << code;
    EXPECT_FALSE(mapped.error_message().empty());
  }
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus(), "id").ok());
}

TEST(StatusMappingTest, DetailsAreDecodableAndHoldTheRequestId) {
  ErrorDetail detail;
  detail.reason = "OVERLOADED";
  detail.retry_delay = std::chrono::milliseconds(1250);
  detail.metadata["head_cursor"] = "7";
  const grpc::Status status =
      ToGrpcStatus(MakeError(absl::StatusCode::kResourceExhausted, "busy", detail), "abc");
  google::rpc::Status decoded;
  ASSERT_TRUE(decoded.ParseFromString(status.error_details()));
  EXPECT_EQ(decoded.code(), 8);
  EXPECT_EQ(decoded.message(), "busy");
  const auto info = Find<google::rpc::ErrorInfo>(decoded);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "OVERLOADED");
  EXPECT_EQ(info->domain(), "replyguard");
  EXPECT_EQ(info->metadata().at("head_cursor"), "7");
  const auto retry = Find<google::rpc::RetryInfo>(decoded);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 1);
  EXPECT_EQ(retry->retry_delay().nanos(), 250'000'000);
  const auto request = Find<google::rpc::RequestInfo>(decoded);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->request_id(), "abc");
}

TEST(StatusMappingTest, WhoeverMayTryAgainIsToldWhenAndNobodyElse) {
  const auto told = [](absl::StatusCode code, std::string_view reason) {
    const absl::Status status =
        reason.empty() ? absl::Status(code, "text") : MakeError(code, reason, "text");
    return Find<google::rpc::RetryInfo>(ToRpcStatus(status, "id")).has_value();
  };
  EXPECT_TRUE(told(absl::StatusCode::kUnavailable, ""));
  EXPECT_TRUE(told(absl::StatusCode::kUnavailable, "NOT_READY"));
  EXPECT_TRUE(told(absl::StatusCode::kResourceExhausted, ""));
  EXPECT_TRUE(told(absl::StatusCode::kResourceExhausted, "OVERLOADED"));
  EXPECT_FALSE(told(absl::StatusCode::kResourceExhausted, "RULE_LIMIT"));
  EXPECT_FALSE(told(absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE"));
  EXPECT_FALSE(told(absl::StatusCode::kInvalidArgument, "INVALID_FIELDS"));
  EXPECT_FALSE(told(absl::StatusCode::kAborted, "STALE_ETAG"));
}

TEST(StatusMappingTest, DetailsStayBelowTheirBoundWhateverComes) {
  ErrorDetail detail;
  detail.reason = std::string(10'000, 'R');
  for (int i = 0; i < 500; ++i) {
    detail.violations.push_back({std::string(300, 'f'), "TOO_LONG", std::string(1000, 'd')});
    detail.metadata["key" + std::to_string(i)] = std::string(100, 'v');
  }
  const absl::Status error =
      MakeError(absl::StatusCode::kInvalidArgument, std::string(50'000, 'm'), detail);
  const google::rpc::Status status = ToRpcStatus(error, "0123456789abcdef");
  EXPECT_LE(status.ByteSizeLong(), kDetailsBytesMax);
  const auto bad = Find<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad.has_value());
  ASSERT_GT(bad->field_violations_size(), 1);
  const auto& last = *bad->field_violations().rbegin();
  EXPECT_EQ(last.reason(), "MORE");
  EXPECT_EQ(last.description(), "There are " +
                                    std::to_string(500 - bad->field_violations_size() + 1) +
                                    " more problems than are listed here.");
}

}  // namespace
}  // namespace replyguard::service::rpc
