// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/text.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "absl/time/time.h"
#include "service/validation/text.h"

namespace replyguard::service::importing {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// How many bytes at the end are the beginning of a character that may yet become whole.
std::size_t UnfinishedBytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<std::uint8_t>(text[text.size() - back]);
    if (U8_IS_TRAIL(byte)) continue;
    return U8_IS_LEAD(byte) && static_cast<std::size_t>(U8_COUNT_TRAIL_BYTES(byte)) >= back ? back
                                                                                            : 0;
  }
  return 0;
}

bool IsXmlControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

}  // namespace

std::string Utf8Mended(std::string_view text) {
  std::string out;
  if (validation::IsValidUtf8(text)) return out.assign(text);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  out.reserve(text.size());
  for (std::int64_t at = 0; at < size;) {
    const std::int64_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    out.append(
        c < 0 ? kReplacement
              : text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
  }
  return out;
}

std::string TextMender::Mend(std::string_view piece) {
  std::string text = std::move(waiting_);
  text.append(piece);
  waiting_.clear();
  if (utf8_) {
    const std::size_t unfinished = UnfinishedBytes(text);
    waiting_.assign(text, text.size() - unfinished);
    text.resize(text.size() - unfinished);
    if (!validation::IsValidUtf8(text)) text = Utf8Mended(text);
  }
  std::replace_if(text.begin(), text.end(), IsXmlControl, ' ');
  return text;
}

std::string TextMender::Finish() {
  std::string rest = Utf8Mended(waiting_);
  waiting_.clear();
  return rest;
}

std::optional<std::chrono::sys_time<std::chrono::microseconds>> TimeOf(std::string_view text) {
  const absl::string_view given(text.data(), text.size());
  absl::Time time;
  std::string ignored;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%S", given, absl::UTCTimeZone(), &time, &ignored) &&
      !absl::ParseTime(absl::RFC3339_full, given, &time, &ignored)) {
    return std::nullopt;
  }
  return std::chrono::sys_time<std::chrono::microseconds>(
      std::chrono::microseconds(absl::ToUnixMicros(time)));
}

void AppendBounded(std::string& text, std::string_view piece, std::size_t bytes_max) {
  text.append(piece.substr(0, bytes_max - std::min(bytes_max, text.size())));
}

}  // namespace replyguard::service::importing
