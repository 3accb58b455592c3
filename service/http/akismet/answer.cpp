// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/answer.h"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "service/http/retry_after.h"
#include "service/usecases/akismet/guid.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http::akismet {
namespace {

using storage::CommentStatus;

constexpr std::size_t kHelpBytesMax = 300;

std::string_view NameOf(CommentStatus status) {
  switch (status) {
    case CommentStatus::kPending:
      return "pending";
    case CommentStatus::kApproved:
      return "approved";
    case CommentStatus::kSpam:
      return "spam";
    case CommentStatus::kTrashed:
      return "trashed";
    case CommentStatus::kDeleted:
      return "deleted";
  }
  return "";
}

// Spam, and what people took down or erased: the site must not show it.
bool IsSpam(CommentStatus status) {
  return status != CommentStatus::kPending && status != CommentStatus::kApproved;
}

// Of a call about a key or a site: what is the server's own fault says nothing of the key, and
// "invalid" would.
int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
      return 503;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return 500;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    default:
      return 200;
  }
}

// One line of visible ASCII.
std::string HelpOf(const absl::Status& status) {
  // The message tells how gRPC's clients send their key.
  if (absl::IsUnauthenticated(status)) return "this server does not know the API key";
  std::string help(status.message());
  if (help.size() > kHelpBytesMax) help.resize(kHelpBytesMax);
  std::replace_if(
      help.begin(), help.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return help.empty() ? "the call failed" : help;
}

// RFC 9562, version 4.
storage::Uuid RandomUuid() {
  storage::Uuid id;
  randombytes_buf(id.bytes.data(), id.bytes.size());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
  return id;
}

}  // namespace

Response Plain(std::string_view body) { return PlainText(200, body); }

Response Json(std::string body) {
  Response response;
  response.headers = {{"content-type", "application/json; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

Response CheckAnswer(const AkismetCheck::Result& result) {
  const bool spam = IsSpam(result.status);
  Response response = Plain(spam ? "true" : "false");
  response.headers.emplace_back("X-akismet-guid", ToGuid(result.guid));
  if (spam && result.blatant && result.status == CommentStatus::kSpam) {
    response.headers.emplace_back("X-akismet-pro-tip", "discard");
  }
  if (result.status == CommentStatus::kPending) {
    response.headers.emplace_back("X-akismet-recheck-after",
                                  std::to_string(std::chrono::seconds(kRecheckAfter).count()));
  }
  response.headers.emplace_back("X-Moderation-Status", NameOf(result.status));
  return response;
}

Response ErrorAnswer(const absl::Status& status, bool about_comment) {
  const int http = HttpStatusOf(status.code());
  Response response = Plain(about_comment || http == 200 ? "invalid" : "unavailable");
  if (!about_comment || http == 429) response.status = http;
  const auto after = RetryAfterOf(status);
  if (after && response.status != 200) response.headers.emplace_back("Retry-After", *after);
  response.headers.emplace_back("X-akismet-debug-help", HelpOf(status));
  if (about_comment) {
    response.headers.emplace_back("X-akismet-error", "1");
    response.headers.emplace_back("X-akismet-guid", ToGuid(RandomUuid()));
  }
  return response;
}

}  // namespace replyguard::service::http::akismet
