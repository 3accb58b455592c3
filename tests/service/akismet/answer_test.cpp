// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/answer.h"

#include <gtest/gtest.h>

#include "service/usecases/akismet/guid.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http::akismet {
namespace {

using storage::CommentStatus;

std::string_view Header(const Response& response, std::string_view name) {
  return HeaderOf(response.headers, name);
}

Response Check(CommentStatus status, bool blatant = false) {
  AkismetCheck::Result result;
  result.guid.bytes.fill(0xab);
  result.status = status;
  result.blatant = blatant;
  result.stored = true;
  return CheckAnswer(result);
}

TEST(CheckAnswer, IsTrueOrFalseAndNothingElse) {
  const std::pair<CommentStatus, const char*> cases[] = {{CommentStatus::kApproved, "false"},
                                                         {CommentStatus::kPending, "false"},
                                                         {CommentStatus::kSpam, "true"},
                                                         {CommentStatus::kTrashed, "true"},
                                                         {CommentStatus::kDeleted, "true"}};
  for (const auto& [status, body] : cases) {
    const Response answer = Check(status, true);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(Header(answer, "X-akismet-guid"), "abababab-abab-abab-abab-abababababab");
    EXPECT_EQ(Header(answer, "content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(Header(answer, "X-akismet-pro-tip"), status == CommentStatus::kSpam ? "discard" : "");
    EXPECT_EQ(Header(answer, "X-akismet-recheck-after"),
              status == CommentStatus::kPending ? "86400" : "");
    EXPECT_EQ(Header(answer, "X-akismet-debug-help"), "");
    EXPECT_EQ(Header(answer, "X-akismet-error"), "");
  }
  EXPECT_EQ(Header(Check(CommentStatus::kSpam), "X-akismet-pro-tip"), "");
}

TEST(ErrorAnswer, IsInvalidWithItsReasonOnOneLine) {
  const Response answer =
      ErrorAnswer(absl::UnavailableError("the data\r\nbase \xc3\xa9 is away"), true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "invalid");
  EXPECT_EQ(Header(answer, "X-akismet-debug-help"), "the data  base    is away");
  EXPECT_EQ(Header(answer, "X-akismet-error"), "1");
  const auto guid = FromGuid(Header(answer, "X-akismet-guid"));
  ASSERT_TRUE(guid.has_value());
  EXPECT_NE(FromGuid(Header(ErrorAnswer(absl::UnavailableError("x"), true), "X-akismet-guid")),
            guid);

  const Response bare = ErrorAnswer(absl::UnauthenticatedError(""), false);
  EXPECT_NE(Header(bare, "X-akismet-debug-help"), "");
  EXPECT_EQ(Header(bare, "X-akismet-error"), "");
  EXPECT_EQ(Header(bare, "X-akismet-guid"), "");
}

// WordPress goes by the body alone, and takes "invalid" for a wrong key: others go by the status.
TEST(ErrorAnswer, SaysNothingOfAKeyThatCannotBeChecked) {
  ErrorDetail detail;
  detail.reason = "STORAGE_AWAY";
  detail.retry_delay = std::chrono::milliseconds(1'000);
  const std::pair<absl::StatusCode, int> cases[] = {{absl::StatusCode::kUnavailable, 503},
                                                    {absl::StatusCode::kDeadlineExceeded, 503},
                                                    {absl::StatusCode::kInternal, 500},
                                                    {absl::StatusCode::kResourceExhausted, 429}};
  for (const auto& [code, http] : cases) {
    const absl::Status status = MakeError(code, "the database is away", detail);
    const Response answer = ErrorAnswer(status, false);
    EXPECT_EQ(answer.status, http);
    EXPECT_EQ(answer.body, "unavailable");
    EXPECT_EQ(Header(answer, "Retry-After"), "1");
    EXPECT_EQ(Header(answer, "X-akismet-debug-help"), "the database is away");
    EXPECT_EQ(ErrorAnswer(status, true).status, http == 429 ? 429 : 200);
    EXPECT_EQ(ErrorAnswer(status, true).body, "invalid");
  }
  for (const absl::Status& wrong :
       {absl::UnauthenticatedError(""), absl::PermissionDeniedError("not a website's")}) {
    EXPECT_EQ(ErrorAnswer(wrong, false).status, 200);
    EXPECT_EQ(ErrorAnswer(wrong, false).body, "invalid");
  }
}

TEST(ErrorAnswer, SaysWhenToComeAgain) {
  ErrorDetail detail;
  detail.reason = "OVERLOADED";
  const std::pair<std::chrono::milliseconds, const char*> cases[] = {
      {std::chrono::milliseconds(0), "1"},
      {std::chrono::milliseconds(250), "1"},
      {std::chrono::milliseconds(1'001), "2"}};
  for (const auto& [delay, seconds] : cases) {
    detail.retry_delay = delay;
    const Response answer =
        ErrorAnswer(MakeError(absl::StatusCode::kResourceExhausted, "too much", detail), true);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.body, "invalid");
    EXPECT_EQ(Header(answer, "Retry-After"), seconds);
    EXPECT_EQ(Header(answer, "X-akismet-debug-help"), "too much");
  }
}

}  // namespace
}  // namespace replyguard::service::http::akismet
