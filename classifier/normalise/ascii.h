// Bytes as ASCII letters and digits, in no locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace replyguard::classifier {

inline bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The value of a digit, of base 10 or 16; -1 if it is none.
inline int ValueOf(char digit, bool hex) {
  if (IsDigit(digit)) return digit - '0';
  const char lower = Lower(digit);
  return hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The value of hexadecimal digits utf8[begin, begin + count), or -1 if they are not all there.
inline std::int32_t HexValue(std::string_view utf8, std::size_t begin, std::size_t count) {
  if (utf8.size() < begin + count) return -1;
  std::int32_t value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) {
    const int digit = ValueOf(utf8[i], true);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

}  // namespace replyguard::classifier
