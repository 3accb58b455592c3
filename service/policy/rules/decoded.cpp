// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/decoded.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "policy/rules/utf8.h"

namespace replyguard::service::policy {
namespace {

// What an escape stands for, and how many bytes it takes.
struct Escape {
  std::string character;
  std::size_t size = 0;
};

constexpr std::size_t kReferenceBytesMax = 12;
// A longer tag stays.
constexpr std::size_t kTagBytesMax = 256;
constexpr std::size_t kTagNameBytesMax = 6;
constexpr std::uint32_t kCodePointMax = 0x10FFFF;

// The named references of characters that separate the parts of a link.
constexpr std::array<std::pair<std::string_view, char>, 9> kNamed{{{"period", '.'},
                                                                   {"sol", '/'},
                                                                   {"colon", ':'},
                                                                   {"bsol", '\\'},
                                                                   {"commat", '@'},
                                                                   {"amp", '&'},
                                                                   {"percnt", '%'},
                                                                   {"hyphen", '-'},
                                                                   {"lowbar", '_'}}};

std::optional<Escape> Reference(std::string_view text) {
  const std::size_t end = text.substr(0, kReferenceBytesMax).find(';');
  std::size_t size = end == std::string_view::npos ? 0 : end + 1;
  if (text.size() < 3 || text[1] != '#') {
    if (size == 0) return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    const auto found = std::find_if(kNamed.begin(), kNamed.end(),
                                    [name](const auto& named) { return named.first == name; });
    if (found == kNamed.end()) return std::nullopt;
    return Escape{std::string(1, found->second), size};
  }
  const bool is_hex = (text[2] | 32) == 'x';
  const std::string_view digits = text.substr(is_hex ? 3 : 2, kReferenceBytesMax);
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  if (error != std::errc() || code < 0x20 || code > kCodePointMax || (code >> 11U) == 0x1B)
    return std::nullopt;
  size = static_cast<std::size_t>(stop - text.data());
  if (size < text.size() && text[size] == ';') ++size;  // browsers do without it
  Escape escape{{}, size};
  AppendUtf8(escape.character, code);
  return escape;
}

std::optional<Escape> Percent(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  std::uint32_t byte = 0;
  const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
  if (error != std::errc() || stop != text.data() + 3 || byte < 0x20) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(byte)), 3};
}

// Tags that readers do not see between letters.
bool IsInlineTag(std::string_view name) {
  constexpr std::array<std::string_view, 25> kNames{
      "a",      "abbr", "b",   "big",  "code", "color", "del",   "em",   "font",
      "i",      "ins",  "kbd", "mark", "s",    "size",  "small", "span", "strike",
      "strong", "sub",  "sup", "tt",   "u",    "var",   "wbr"};
  std::string lower(name);
  absl::AsciiStrToLower(&lower);
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

std::optional<Escape> Tag(std::string_view text, char closing) {
  constexpr std::string_view kComment = "<!--";
  constexpr std::string_view kEnd = "-->";
  text = text.substr(0, kTagBytesMax);
  if (text.starts_with(kComment)) {
    const std::size_t end = text.find(kEnd, kComment.size());
    if (end == std::string_view::npos) return std::nullopt;
    return Escape{{}, end + kEnd.size()};
  }
  const std::size_t name = text.size() > 1 && text[1] == '/' ? 2 : 1;
  const std::size_t after = text.find_first_of(" \t\n\r/=>]", name);
  if (after == std::string_view::npos || after - name > kTagNameBytesMax ||
      !IsInlineTag(text.substr(name, after - name)))
    return std::nullopt;
  const std::size_t end = text.find(closing, after);
  if (end == std::string_view::npos) return std::nullopt;
  return Escape{{}, end + 1};
}

std::optional<Escape> HtmlTag(std::string_view text) { return Tag(text, '>'); }
std::optional<Escape> BbCodeTag(std::string_view text) { return Tag(text, ']'); }

template <typename Read>
DecodedText Pass(const DecodedText& in, char sign, Read read) {
  DecodedText out;
  out.text.reserve(in.text.size());
  out.origin.reserve(in.origin.size());
  for (std::size_t at = 0; at < in.text.size();) {
    std::optional<Escape> escape;
    if (in.text[at] == sign) escape = read(std::string_view(in.text).substr(at));
    if (!escape) escape = Escape{std::string(1, in.text[at]), 1};
    out.text.append(escape->character);
    out.origin.insert(out.origin.end(), escape->character.size(), in.origin[at]);
    at += escape->size;
  }
  out.origin.push_back(in.origin.back());
  return out;
}

DecodedText WithoutEscapes(const DecodedText& in) {
  return Pass(Pass(in, '&', Reference), '%', Percent);
}

DecodedText Undecoded(std::string_view text) {
  DecodedText plain;
  plain.text = std::string(text);
  plain.origin.resize(text.size() + 1);
  for (std::size_t i = 0; i <= text.size(); ++i) plain.origin[i] = static_cast<std::uint32_t>(i);
  return plain;
}

}  // namespace

bool HasEscapes(std::string_view text) {
  return text.find_first_of("%&") != std::string_view::npos;
}

DecodedText DecodeEscapes(std::string_view text) { return WithoutEscapes(Undecoded(text)); }

bool HasMarkup(std::string_view text) {
  return text.find_first_of("%&<[") != std::string_view::npos;
}

DecodedText DecodeWords(std::string_view text) {
  return WithoutEscapes(Pass(Pass(Undecoded(text), '<', HtmlTag), '[', BbCodeTag));
}

bool IsChanged(const DecodedText& decoded, std::string_view original, std::size_t begin,
               std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (decoded.text[i] != original[decoded.origin[i]]) return true;
    if (i > begin && decoded.origin[i] != decoded.origin[i - 1] + 1) return true;
  }
  return false;
}

std::uint32_t EndInOriginal(const DecodedText& decoded, std::string_view original,
                            std::size_t end) {
  const std::uint32_t last = decoded.origin[end - 1];
  return decoded.text[end - 1] == original[last] ? last + 1 : decoded.origin[end];
}

}  // namespace replyguard::service::policy
