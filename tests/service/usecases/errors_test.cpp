// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/errors.h"

#include <gtest/gtest.h>

#include "storage/limit.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using std::chrono::milliseconds;

TEST(Errors, DetailComesBackWhole) {
  ErrorDetail detail;
  detail.reason = "SOME_REASON";
  detail.violations = {{"submission.body", "REQUIRED", "please write something"},
                       {"submission.author_email", "EMAIL_INVALID", std::string("a\0b", 3)}};
  detail.retry_delay = milliseconds(0);
  detail.metadata = {{"decision", "sites/a/decisions/1"}, {"empty", ""}};
  const absl::Status status = MakeError(absl::StatusCode::kAborted, "text", detail);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status.message(), "text");

  const std::optional<ErrorDetail> read = GetErrorDetail(status);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->reason, "SOME_REASON");
  ASSERT_EQ(read->violations.size(), 2U);
  EXPECT_EQ(read->violations[1].field, "submission.author_email");
  EXPECT_EQ(read->violations[1].reason, "EMAIL_INVALID");
  EXPECT_EQ(read->violations[1].description, std::string("a\0b", 3));
  EXPECT_EQ(read->retry_delay, milliseconds(0));
  EXPECT_EQ(read->metadata, detail.metadata);
}

TEST(Errors, AbsentRetryDelayStaysAbsent) {
  const absl::Status status =
      MakeError(absl::StatusCode::kNotFound, reasons::kSiteNotFound, "no such site");
  ASSERT_TRUE(GetErrorDetail(status).has_value());
  EXPECT_FALSE(GetErrorDetail(status)->retry_delay.has_value());
  EXPECT_EQ(ReasonOf(status), "SITE_NOT_FOUND");
}

TEST(Errors, StatusWithoutDetailHasNone) {
  EXPECT_FALSE(GetErrorDetail(absl::OkStatus()).has_value());
  EXPECT_FALSE(GetErrorDetail(absl::InternalError("x")).has_value());
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), "");
}

TEST(Errors, TornPayloadReadsAsNone) {
  absl::Status status = MakeError(absl::StatusCode::kNotFound, "REASON", "text");
  std::string url, bytes;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    url = std::string(type_url.data(), type_url.size());
    bytes = std::string(payload);
  });
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    status.SetPayload(url, absl::Cord(bytes.substr(0, size)));
    EXPECT_FALSE(GetErrorDetail(status).has_value()) << size;
  }
}

TEST(Errors, OneViolationIsItsMessage) {
  const absl::Status status = InvalidField("page_token", "TOKEN_INVALID", "is not one of ours");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "page_token: is not one of ours");
}

TEST(Errors, FullStoreAndBusyOneHaveReasonsOfTheirOwn) {
  const ErrorMeaning meaning{.limit_reached = reasons::kRuleLimit};
  const absl::Status full = FromStorage(storage::LimitReached("full"), meaning);
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(full), "RULE_LIMIT");
  EXPECT_FALSE(GetErrorDetail(full)->retry_delay.has_value());
  const absl::Status busy = FromStorage(absl::ResourceExhaustedError("every one is busy"), meaning);
  EXPECT_EQ(busy.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(busy), "OVERLOADED");
  EXPECT_TRUE(GetErrorDetail(busy)->retry_delay.has_value());
}

}  // namespace
}  // namespace replyguard::service
