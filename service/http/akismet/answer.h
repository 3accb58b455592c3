// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Answers as Akismet's clients read them: exact bodies without a newline, and what they look for in
// the headers. X-akismet-debug-help stands beside every error, as a client would take the word
// for spam otherwise, and beside nothing else, as the same client throws then.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/http/server/message.h"
#include "service/usecases/akismet/check.h"

namespace replyguard::service::http::akismet {

// After how long a website may ask about a comment that waits for a moderator. The WordPress plugin
// publishes it by itself at twice this, if it heard nothing.
inline constexpr std::chrono::hours kRecheckAfter{24};

inline constexpr std::string_view kThanks = "Thanks for making the web a better place.";

Response Plain(std::string_view body);
Response Json(std::string body);

// comment-check: "true" or "false".
Response CheckAnswer(const AkismetCheck::Result& result);

// "invalid" with the reason; 429 when it was too much, and 200 otherwise, as clients expect.
// `about_comment` adds X-akismet-error, upon which a client lets people look at the comment, and a
// guid, by which the WordPress plugin knows which comment that is; it names nothing here. About
// anything else "invalid" means that the key is wrong: where that is not known it is "unavailable"
// with 429, or with 503 or 500 for what failed here. 429 and 503 say when to come again.
Response ErrorAnswer(const absl::Status& status, bool about_comment);

}  // namespace replyguard::service::http::akismet
