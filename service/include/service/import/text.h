// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Texts of archives. Pure; safe from any thread.
namespace replyguard::service::importing {

// Makes text out of bytes that come in pieces: each bad byte of UTF-8 becomes U+FFFD, and NUL and
// the other control characters that XML forbids become a space. One thread.
class TextMender {
 public:
  // `utf8` false: only the controls, of any encoding whose low bytes are ASCII.
  explicit TextMender(bool utf8) : utf8_(utf8) {}

  // The text of `piece`; a character at its end that is not whole waits for the next one.
  std::string Mend(std::string_view piece);
  // What still waits, at the end of the bytes.
  std::string Finish();

 private:
  const bool utf8_;
  std::string waiting_;  // at most three bytes
};

// The text with each bad byte of UTF-8 as U+FFFD. Controls stay.
std::string Utf8Mended(std::string_view text);

// "2011-08-31 15:16:29" or RFC 3339, in UTC unless it says otherwise; nothing for anything else.
std::optional<std::chrono::sys_time<std::chrono::microseconds>> TimeOf(std::string_view text);

// Appends as much of `piece` as keeps `text` within `bytes_max`.
void AppendBounded(std::string& text, std::string_view piece, std::size_t bytes_max);

}  // namespace replyguard::service::importing
