// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

// JSON as data sets have it. Pure.
namespace replyguard::service::importing {

// The value of one line; discarded when it is no JSON. What would refuse a whole line for one field
// of it is mended: a bad byte of UTF-8 and an escape of half a surrogate pair (from a text that was
// cut) become U+FFFD, a number beyond a double's range becomes false.
nlohmann::json ParseMended(const std::string& line);

}  // namespace replyguard::service::importing
