// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::policy {

// A text with character references (&#46; &#x2e; &period;) and then percent escapes (%2e) resolved,
// once each.
struct DecodedText {
  std::string text;
  // Where in the original each byte of `text` begins; one more for the end.
  std::vector<std::uint32_t> origin;
};

// Whether DecodeLinks may change anything. A few scans.
bool MayHideLinks(std::string_view text, bool is_link);

// As a browser reads the links in a text, or one that is_link as a whole: besides, tabs and ends of
// lines are left out where they may stand in a link, in the values of attributes and of BBCode's
// and Markdown's links, and where they are written as references. Escapes that name no character,
// or another control character, stay as they are. Linear. REQUIRES: fewer than 2^32 bytes.
DecodedText DecodeLinks(std::string_view text, bool is_link);

// The same with what divides lines left where it is, as where there is no link it ends words.
DecodedText DecodeEscapes(std::string_view text);

// As the words of a text are read: tags of HTML and BBCode that stand inside words (<b>,
// [/i], <span ...>, comments) are taken out first. Linear.
DecodedText DecodeWords(std::string_view text);
// Whether DecodeWords may change anything. One scan.
bool HasMarkup(std::string_view text);

// Whether an escape or a tag stands in [begin, end) of the decoded text, so that it reads otherwise
// than the original does.
bool IsChanged(const DecodedText& decoded, std::string_view original, std::size_t begin,
               std::size_t end);
// Where in the original what ends at `end` of the decoded text ends. REQUIRES: end > 0.
std::uint32_t EndInOriginal(const DecodedText& decoded, std::string_view original, std::size_t end);

}  // namespace replyguard::service::policy
