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

}  // namespace replyguard::classifier
