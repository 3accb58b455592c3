// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every limit on input, in one place. Unit last: Bytes are bytes of UTF-8, Chars are Unicode code
// points (what PostgreSQL and the form's maxlength count, near enough), both after line ends were
// made newlines and surrounding white space was cut from single-line fields. The numbers of the
// form are those of the most used comment form.
namespace replyguard::service::validation {

// The form.
inline constexpr std::size_t kAuthorNameCharsMax = 245;
inline constexpr std::size_t kAuthorEmailCharsMax = 100;
inline constexpr std::size_t kAuthorUrlBytesMax = 200;
inline constexpr std::size_t kBodyBytesMax = 65'525;
// Nobody fills these two in, and what a browser says of itself may be longer: it is cut to them
// (CutHeader), and refused only beyond kHeaderBytesMax.
inline constexpr std::size_t kUserAgentBytesMax = 254;
inline constexpr std::size_t kReferrerBytesMax = 1'024;
inline constexpr std::size_t kHeaderBytesMax = 16 * 1'024;
inline constexpr std::size_t kHoneypotBytesMax = 1'024;
inline constexpr std::chrono::milliseconds kFormFillTimeMax = std::chrono::hours(7 * 24);

// The thread.
inline constexpr std::size_t kThreadKeyBytesMax = 200;
inline constexpr std::size_t kThreadUriBytesMax = 1'024;
inline constexpr std::size_t kThreadTitleCharsMax = 500;

// Names, ids and the rest.
inline constexpr std::size_t kSiteSlugBytesMax = 40;
inline constexpr std::size_t kSiteDisplayNameCharsMax = 200;
inline constexpr std::size_t kSiteLanguagesMax = 20;
inline constexpr std::size_t kRequestIdBytesMax = 128;
inline constexpr std::size_t kEtagBytesMax = 64;
inline constexpr std::size_t kLanguageTagBytesMax = 35;  // RFC 5646, section 4.4.1
inline constexpr std::size_t kCommentTypeBytesMax = 64;
inline constexpr std::size_t kReasonCodeBytesMax = 64;
inline constexpr std::size_t kReporterBytesMax = 200;
inline constexpr std::size_t kReportNoteBytesMax = 1'000;
inline constexpr std::size_t kDecisionNoteBytesMax = 2'000;
// How far ahead of the server's clock a submit_time may be.
inline constexpr std::chrono::minutes kClockSkewMax{5};

// What one answer reports. Trailers over 8 KiB kill a call.
inline constexpr std::size_t kViolationsMax = 32;
inline constexpr std::size_t kViolationDetailsBytesMax = 4'096;

}  // namespace replyguard::service::validation
