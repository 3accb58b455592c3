// What stands for a character at a place in UTF-8.
#pragma once

#include <cstddef>

namespace replyguard::classifier {

// Bytes up to `end` that stand for the character `c`. end = 0: none here.
struct Decoded {
  std::size_t end = 0;
  char32_t c = 0;
};

}  // namespace replyguard::classifier
