// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/safe_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace replyguard::service::cli {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// What is escaped besides C0 and DEL, in order.
constexpr std::array<Range, 13> kUnsafe = {{
    {0x80, 0x9F},        // C1 controls
    {0xAD, 0xAD},        // soft hyphen
    {0x61C, 0x61C},      // Arabic letter mark
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200B},    // zero width space
    {0x200E, 0x200F},    // direction marks
    {0x2028, 0x202E},    // separators, bidirectional embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFF9, 0xFFFB},    // interlinear annotation
    {0x1D173, 0x1D17A},  // musical controls
    {0xE0000, 0xE0FFF},  // tags
    {0xF0000, 0x10FFFF}  // private planes
}};

// One code point of UTF-8 and its length in bytes; length 0 for a byte that begins none.
struct Decoded {
  std::uint32_t point = 0;
  std::size_t bytes = 0;
};

Decoded Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t point = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kSmallest.at(bytes) || surrogate || point > 0x10FFFF) return {};
  return {point, bytes};
}

bool IsUnsafe(std::uint32_t point) {
  if (point < 0x20 || point == 0x7F) return true;
  return std::any_of(kUnsafe.begin(), kUnsafe.end(), [&](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

}  // namespace

std::string SafeText(std::string_view text, Newlines newlines) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = Decode(text);
    const std::size_t taken = std::max<std::size_t>(decoded.bytes, 1);
    if (decoded.bytes == 0) {
      safe += absl::StrFormat("\\x{%02X}", static_cast<std::uint8_t>(text.front()));
    } else if (decoded.point == '\t') {
      safe += ' ';
    } else if (decoded.point == '\n' && newlines == Newlines::kKeep) {
      safe += '\n';
    } else if (IsUnsafe(decoded.point)) {
      safe += absl::StrFormat("\\u{%X}", decoded.point);
    } else {
      safe += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return safe;
}

std::string SafeJson(std::string_view json) {
  constexpr std::uint32_t kSurrogates = 0x10000;
  std::string safe;
  safe.reserve(json.size());
  while (!json.empty()) {
    const Decoded decoded = Decode(json);
    const std::size_t taken = std::max<std::size_t>(decoded.bytes, 1);
    if (decoded.bytes < 2 || !IsUnsafe(decoded.point)) {
      safe += json.substr(0, taken);
    } else if (decoded.point < kSurrogates) {
      safe += absl::StrFormat("\\u%04x", decoded.point);
    } else {
      const std::uint32_t rest = decoded.point - kSurrogates;
      safe += absl::StrFormat("\\u%04x\\u%04x", 0xD800 + (rest >> 10U), 0xDC00 + (rest & 0x3FFU));
    }
    json.remove_prefix(taken);
  }
  return safe;
}

std::string SafeLine(std::string_view text, std::size_t columns_max) {
  constexpr std::string_view kDots = "...";
  // Escaping never shortens, so that what lies beyond this cannot be shown.
  constexpr std::size_t kBytesAColumnMax = 4;
  text = text.substr(0, (columns_max + 1) * kBytesAColumnMax);
  std::string flat(text);
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  std::string safe = SafeText(flat, Newlines::kEscape);
  if (Columns(safe) <= columns_max) return safe;
  const std::size_t kept = columns_max > kDots.size() ? columns_max - kDots.size() : 0;
  std::size_t columns = 0;
  std::size_t end = 0;
  while (end < safe.size() && columns < kept) {
    end += Decode(std::string_view(safe).substr(end)).bytes;
    ++columns;
  }
  return safe.substr(0, end).append(kDots);
}

std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80;  // not a continuation byte
  }));
}

}  // namespace replyguard::service::cli
