// The names of HTML's entities that comments are written with.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace replyguard::classifier {

// What `&name;` stands for; 0: not one of these. A letter with a mark may lose its case.
char32_t ReadEntity(std::string_view name);

}  // namespace replyguard::classifier
