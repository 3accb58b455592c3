// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Text for a terminal of some width. Pure; safe from any thread.
namespace replyguard::service::cli {

// Lays text out in lines of at most `columns` columns, broken between words where there are any;
// what follows a break is indented like its line. `text` is safe (SafeText) and styled by Style
// alone: its sequences take no column, end with the line and begin again on the next. Characters
// that terminals draw two columns wide count as two, all others as one. REQUIRES: columns >= 1.
std::vector<std::string> WrapStyled(std::string_view text, std::size_t columns);

}  // namespace replyguard::service::cli
