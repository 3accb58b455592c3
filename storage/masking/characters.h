// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

// Which characters an address is made of. Pure.
namespace replyguard::storage::masking {

// A letter or digit of any script.
bool IsAlnum(char32_t c);
bool IsAsciiAlnum(char32_t c);
// White space of any script, line ends among it.
bool IsSpace(char32_t c);
// May stand in an unquoted local part: RFC 5322's atext and dots, and beyond ASCII (RFC 6531)
// whatever is neither space nor punctuation.
bool IsLocalChar(char32_t c);
// May stand in a label of a domain; lenient, so that what a resolver might take is seen.
bool IsDomainChar(char32_t c);
// Written without spaces between words (or, as Hangul, with endings attached): an ASCII word beside
// it is one of its own.
bool IsSpacelessScript(char32_t c);

// Which bytes are among these: one look-up a byte of a text.
constexpr std::array<bool, 256> BytesOf(std::string_view bytes) {
  std::array<bool, 256> are{};
  for (const char c : bytes) are[static_cast<unsigned char>(c)] = true;
  return are;
}

// Whether `text` begins so, ASCII in either case.
bool BeginsWith(std::string_view text, std::string_view lower);

// Of one character, simple case folding (Unicode's CaseFolding.txt); what is none stays.
char32_t FoldChar(char32_t c);
// Whether a list has it.
template <typename List, typename Item>
bool Holds(const List& list, const Item& item) {
  return std::find(std::begin(list), std::end(list), item) != std::end(list);
}

void AppendUtf8(std::string& text, char32_t c);
std::string_view TrimAsciiSpace(std::string_view text);
// NFKC case folding, which drops default-ignorable characters (UAX #31, toNFKC_Casefold). Bad UTF-8
// becomes U+FFFD.
std::string FoldCase(std::string_view text);

}  // namespace replyguard::storage::masking
