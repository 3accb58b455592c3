#include "views/emit.h"

#include <unicode/utf8.h>

namespace replyguard::classifier {

std::string ToUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    std::size_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, c);
    out.append(bytes, bytes + length);
  }
  return out;
}

char32_t ReadLeet(char32_t c) {
  switch (c) {
    case U'0':
      return U'o';
    case U'1':
    case U'!':
    case U'|':
      return U'i';
    case U'3':
      return U'e';
    case U'4':
    case U'@':
      return U'a';
    case U'5':
    case U'$':
      return U's';
    case U'7':
      return U't';
    default:  // not our enum
      return c;
  }
}

}  // namespace replyguard::classifier
