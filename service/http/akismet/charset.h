// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Texts of blogs that do not write UTF-8. Pure.
#pragma once

#include <string>
#include <string_view>

namespace replyguard::service::http::akismet {

// Turns what is written in `charset`, a name that ICU knows, into UTF-8; what is no text in it
// becomes U+FFFD, and ISO-8859-1 is read as browsers do, as windows-1252. Valid UTF-8 stays, and so
// does everything where the charset is unknown or a form of Unicode. Takes, and at most leaves,
// four times the bytes; what was there before is wiped.
void ConvertToUtf8(std::string_view charset, std::string& text);

}  // namespace replyguard::service::http::akismet
