#include "normalise/percent.h"

#include <algorithm>
#include <cstdint>

#include "normalise/ascii.h"

namespace replyguard::classifier {

Decoded DecodePercent(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kBytes = 3;  // %66
  constexpr std::size_t kTrailMax = 3;
  const std::int32_t lead = HexValue(utf8, begin + 1, kBytes - 1);
  if (lead < 0) return {};
  if (lead < 0x80) {
    const char c = static_cast<char>(lead);
    if (!IsLetter(c) && !IsDigit(c)) return {};
    return {begin + kBytes, static_cast<char32_t>(lead)};
  }
  // A character of several bytes, all of them encoded.
  const std::size_t trail = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : kTrailMax;
  if (trail == 0 || lead > 0xF4) return {};
  auto c = static_cast<char32_t>(lead & (0x3F >> trail));
  std::size_t end = begin + kBytes;
  for (std::size_t i = 0; i < trail; ++i, end += kBytes) {
    if (end >= utf8.size() || utf8[end] != utf8[begin]) return {};
    const std::int32_t next = HexValue(utf8, end + 1, kBytes - 1);
    if (next < 0x80 || next > 0xBF) return {};
    c = c << 6 | static_cast<char32_t>(next & 0x3F);
  }
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {end, c};
}

Decoded DecodePercentSign(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kBytes = 3;
  const std::int32_t c = HexValue(utf8, begin + 1, kBytes - 1);
  if (c < ' ' || c > '~') return {};
  return {begin + kBytes, static_cast<char32_t>(c)};
}

Decoded DecodePercentUtf16(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kDigits = 4;
  if (begin + 1 >= utf8.size() || utf8[begin + 1] != 'u') return {};
  const std::int32_t c = HexValue(utf8, begin + 2, kDigits);
  if (c < 0x20 || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {begin + 2 + kDigits, static_cast<char32_t>(c)};
}

namespace {

constexpr std::size_t kEncodedBytes = 3;  // %66
constexpr std::size_t kEncodedRunMin = 3;

std::size_t EncodedRunEnd(std::string_view utf8, std::size_t begin) {
  std::size_t end = begin;
  while (end < utf8.size() && utf8[end] == utf8[begin]) {
    Decoded next = DecodePercent(utf8, end);
    // What is between words counts only where these are encoded beyond doubt.
    if (next.end == 0 && end - begin >= kEncodedBytes * kEncodedRunMin)
      next = DecodePercentSign(utf8, end);
    if (next.end == 0) break;
    end = next.end;
  }
  return end;
}

}  // namespace

std::size_t QuotedRunEnd(std::string_view utf8, std::size_t begin) {
  const std::size_t end = EncodedRunEnd(utf8, begin);
  return end - begin >= kEncodedBytes * kEncodedRunMin ? end : 0;
}

std::size_t PercentRunEnd(std::string_view utf8, std::size_t begin, bool met_one) {
  const std::size_t end = EncodedRunEnd(utf8, begin);
  if (end == begin) return 0;
  if (met_one || end - begin >= kEncodedBytes * kEncodedRunMin) return end;
  if (begin > 0 && IsLetter(utf8[begin - 1])) return end;
  // Where words begin and end does not matter within a URL: look back for its scheme.
  constexpr std::size_t kUrlBytesMax = 256;
  const std::size_t window = begin - std::min(begin, kUrlBytesMax);
  std::string_view before = utf8.substr(window, begin - window);
  if (const auto blank = before.find_last_of(" \n\t"); blank != std::string_view::npos) {
    before.remove_prefix(blank + 1);
  }
  return before.find("://") != std::string_view::npos ||
                 before.find("www.") != std::string_view::npos
             ? end
             : 0;
}

}  // namespace replyguard::classifier
