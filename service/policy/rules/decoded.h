// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::policy {

// A text as a browser reads its links: character references (&#46; &#x2e; &period;) and then
// percent escapes (%2e) resolved, once each.
struct DecodedText {
  std::string text;
  // Where in the original each byte of `text` begins; one more for the end.
  std::vector<std::uint32_t> origin;
};

// Whether there is anything to decode. One scan.
bool HasEscapes(std::string_view text);

// Linear. Escapes that name no character, or a control character, stay as they are. REQUIRES: fewer
// than 2^32 bytes.
DecodedText DecodeEscapes(std::string_view text);

}  // namespace replyguard::service::policy
