// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/error.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "google/rpc/error_details.pb.h"
#include "service/rpc/dispatch/gate.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {
namespace {

using nlohmann::json;

json DetailOf(const json& error, std::string_view type) {
  for (const json& detail : error["details"]) {
    if (detail["type"] == type) return detail;
  }
  return {};
}

// connectrpc.com/docs/protocol, "Error codes".
TEST(ErrorTest, HasTheProtocolsCodes) {
  const struct {
    absl::StatusCode code;
    const char* name;
    int http;
  } kCases[] = {
      {absl::StatusCode::kCancelled, "canceled", 499},
      {absl::StatusCode::kUnknown, "unknown", 500},
      {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
      {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
      {absl::StatusCode::kNotFound, "not_found", 404},
      {absl::StatusCode::kAlreadyExists, "already_exists", 409},
      {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
      {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
      {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
      {absl::StatusCode::kAborted, "aborted", 409},
      {absl::StatusCode::kOutOfRange, "out_of_range", 400},
      {absl::StatusCode::kUnimplemented, "unimplemented", 501},
      {absl::StatusCode::kInternal, "internal", 500},
      {absl::StatusCode::kUnavailable, "unavailable", 503},
      {absl::StatusCode::kDataLoss, "data_loss", 500},
      {absl::StatusCode::kUnauthenticated, "unauthenticated", 401},
  };
  for (const auto& one : kCases) {
    const Response response = ErrorResponse(MakeError(one.code, "WHY", "words"), "id");
    // What escaped is told as internal, whatever it was.
    if (one.code == absl::StatusCode::kUnknown || one.code == absl::StatusCode::kDataLoss) continue;
    EXPECT_EQ(response.status, one.http) << one.name;
    EXPECT_EQ(json::parse(response.body)["code"], one.name);
    EXPECT_EQ(HeaderOf(response.headers, "content-type"), "application/json");
  }
}

TEST(ErrorTest, DetailsAreBase64WithoutPaddingAndReadable) {
  const json error = json::parse(
      ErrorJson(MakeError(absl::StatusCode::kNotFound, "COMMENT_UNKNOWN", "no such comment"), "7"));
  EXPECT_EQ(error["message"], "no such comment");
  const json detail = DetailOf(error, "google.rpc.ErrorInfo");
  EXPECT_EQ(detail["debug"]["reason"], "COMMENT_UNKNOWN");
  std::string value = detail["value"];
  EXPECT_EQ(value.find('='), std::string::npos);
  std::string bytes;
  while (value.size() % 4 != 0) value += '=';
  ASSERT_TRUE(absl::Base64Unescape(value, &bytes));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(bytes));
  EXPECT_EQ(info.reason(), "COMMENT_UNKNOWN");
  EXPECT_EQ(DetailOf(error, "google.rpc.RequestInfo")["debug"]["requestId"], "7");
}

TEST(ErrorTest, ACallThatNeverBeganHasNoId) {
  const json error =
      json::parse(ErrorJson(MakeError(absl::StatusCode::kUnimplemented, "NO", "none"), ""));
  EXPECT_TRUE(DetailOf(error, "google.rpc.RequestInfo").is_null());
}

TEST(ErrorTest, SaysInWholeSecondsWhenToComeAgain) {
  const Response response = ErrorResponse(rpc::Overloaded(), "id");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(HeaderOf(response.headers, "retry-after"), "1");
}

TEST(ErrorTest, WhateverIs429SaysWhenToComeAgain) {
  ErrorDetail detail;
  detail.reason = "OVERLOADED";
  const std::pair<std::chrono::milliseconds, const char*> kCases[] = {
      {std::chrono::milliseconds(0), "1"},
      {std::chrono::milliseconds(250), "1"},
      {std::chrono::milliseconds(1'001), "2"}};
  for (const auto& [delay, seconds] : kCases) {
    detail.retry_delay = delay;
    for (const auto code : {absl::StatusCode::kResourceExhausted, absl::StatusCode::kUnavailable}) {
      const Response response = ErrorResponse(MakeError(code, "too much", detail), "id");
      EXPECT_EQ(HeaderOf(response.headers, "retry-after"), seconds) << response.status;
    }
  }
  // A limit that does not pass by itself is not to be asked for each second.
  const Response limit = ErrorResponse(
      MakeError(absl::StatusCode::kResourceExhausted, "RULE_LIMIT", "too many rules"), "id");
  EXPECT_EQ(limit.status, 429);
  EXPECT_EQ(HeaderOf(limit.headers, "retry-after"), "60");
  const Response away = ErrorResponse(absl::UnavailableError("gone"), "id");
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(HeaderOf(away.headers, "retry-after"), "1");
  const Response wrong =
      ErrorResponse(MakeError(absl::StatusCode::kNotFound, "NO", "there is none"), "id");
  EXPECT_EQ(HeaderOf(wrong.headers, "retry-after"), "");
}

TEST(ErrorTest, SaysHowToAuthenticate) {
  const Response response =
      ErrorResponse(MakeError(absl::StatusCode::kUnauthenticated, "WHO", "who?"), "id");
  EXPECT_EQ(HeaderOf(response.headers, "www-authenticate"), "Bearer");
}

}  // namespace
}  // namespace replyguard::service::http
