// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/decoded.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

#include "absl/strings/ascii.h"
#include "policy/rules/utf8.h"

namespace replyguard::service::policy {
namespace {

// What an escape stands for, and how many bytes it takes.
struct Escape {
  std::string character;
  std::size_t size = 0;
};

constexpr std::size_t kReferenceBytesMax = 23;  // of the longest name, with its signs
// A longer tag stays.
constexpr std::size_t kTagBytesMax = 256;
constexpr std::size_t kTagNameBytesMax = 6;
constexpr std::uint32_t kCodePointMax = 0x10FFFF;

struct Named {
  std::string_view name;
  std::string_view character;
};

// The named references of characters that separate the parts of a link, and of invisible ones.
constexpr std::array<Named, 30> kNamed{{{"period", "."},
                                        {"sol", "/"},
                                        {"colon", ":"},
                                        {"bsol", "\\"},
                                        {"commat", "@"},
                                        {"quest", "?"},
                                        {"num", "#"},
                                        {"amp", "&"},
                                        {"percnt", "%"},
                                        {"hyphen", "-"},
                                        {"lowbar", "_"},
                                        {"Tab", "\t"},
                                        {"NewLine", "\n"},
                                        {"shy", "\u00AD"},
                                        {"zwnj", "\u200C"},
                                        {"zwj", "\u200D"},
                                        {"lrm", "\u200E"},
                                        {"rlm", "\u200F"},
                                        {"ZeroWidthSpace", "\u200B"},
                                        {"NegativeVeryThinSpace", "\u200B"},
                                        {"NegativeThinSpace", "\u200B"},
                                        {"NegativeMediumSpace", "\u200B"},
                                        {"NegativeThickSpace", "\u200B"},
                                        {"NoBreak", "\u2060"},
                                        {"ApplyFunction", "\u2061"},
                                        {"af", "\u2061"},
                                        {"InvisibleTimes", "\u2062"},
                                        {"it", "\u2062"},
                                        {"InvisibleComma", "\u2063"},
                                        {"ic", "\u2063"}}};

// What browsers leave out of links (WHATWG URL, 4.4).
bool IsBreak(std::uint32_t c) { return c == '\t' || c == '\n' || c == '\r'; }

std::optional<Escape> Reference(std::string_view text) {
  const std::size_t end = text.substr(0, kReferenceBytesMax).find(';');
  std::size_t size = end == std::string_view::npos ? 0 : end + 1;
  if (text.size() < 3 || text[1] != '#') {
    if (size == 0) return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    const auto found = std::find_if(kNamed.begin(), kNamed.end(),
                                    [name](const Named& named) { return named.name == name; });
    if (found == kNamed.end()) return std::nullopt;
    return Escape{std::string(found->character), size};
  }
  const bool is_hex = (text[2] | 32) == 'x';
  const std::size_t first = std::min(text.find_first_not_of('0', is_hex ? 3 : 2), text.size());
  const std::string_view digits = text.substr(first, kReferenceBytesMax);
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  const bool is_control = code < 0x20 && !IsBreak(code);
  if (error != std::errc() || is_control || code > kCodePointMax || (code >> 11U) == 0x1B)
    return std::nullopt;
  size = static_cast<std::size_t>(stop - text.data());
  if (size < text.size() && text[size] == ';') ++size;  // browsers do without it
  Escape escape{{}, size};
  AppendUtf8(escape.character, code);
  return escape;
}

// The same in a link.
std::optional<Escape> LinkReference(std::string_view text) {
  std::optional<Escape> escape = Reference(text);
  if (escape && IsBreak(static_cast<unsigned char>(escape->character[0])))
    escape->character.clear();
  return escape;
}

std::optional<Escape> Percent(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  std::uint32_t byte = 0;
  const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
  if (error != std::errc() || stop != text.data() + 3 || byte < 0x20) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(byte)), 3};
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  absl::AsciiStrToLower(&lower);
  return lower;
}

// Tags that readers do not see between letters.
bool IsInlineTag(std::string_view name) {
  constexpr std::array<std::string_view, 25> kNames{
      "a",      "abbr", "b",   "big",  "code", "color", "del",   "em",   "font",
      "i",      "ins",  "kbd", "mark", "s",    "size",  "small", "span", "strike",
      "strong", "sub",  "sup", "tt",   "u",    "var",   "wbr"};
  return std::find(kNames.begin(), kNames.end(), Lower(name)) != kNames.end();
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

DecodedText Undecoded(std::string_view text) {
  DecodedText plain;
  plain.text = std::string(text);
  plain.origin.resize(text.size() + 1);
  for (std::size_t i = 0; i <= text.size(); ++i) plain.origin[i] = static_cast<std::uint32_t>(i);
  return plain;
}

// Finds where the values of attributes and the like end: behind `="` and `='`, from [url and
// [img to the next closing tag, and in ](...). Of those within one another each. What has no end
// is none.
class Values {
 public:
  explicit Values(std::string_view text) : text_(text) {}

  // Where the one that begins at `at` ends; 0 if none does. REQUIRES: `at` grows.
  std::size_t EndOf(std::size_t at) {
    const char c = text_[at];
    const std::string_view before = text_.substr(0, at);
    if (c == '(') return before.ends_with(']') ? Next(parentheses_, ")", at) : 0;
    if (c == '[') {
      const std::string tag = Lower(text_.substr(at + 1, 3));
      return tag == "url" || tag == "img" ? Next(tags_, "[/", at) : 0;
    }
    if (c != '"' && c != '\'') return 0;
    const std::size_t sign = before.find_last_not_of(" \t\n\f\r");
    if (sign == std::string_view::npos || before[sign] != '=') return 0;
    return c == '"' ? Next(quotes_, "\"", at) : Next(apostrophes_, "'", at);
  }

 private:
  // The next `closing` behind `at`, looked for once.
  std::size_t Next(std::size_t& next, std::string_view closing, std::size_t at) const {
    if (next <= at) next = std::min(text_.find(closing, at + 1), text_.size());
    return next == text_.size() ? 0 : next;
  }

  std::string_view text_;
  std::size_t quotes_ = 0;
  std::size_t apostrophes_ = 0;
  std::size_t parentheses_ = 0;
  std::size_t tags_ = 0;
};

// Without tabs and ends of lines where it may be a link. One is_link is that as a whole.
DecodedText WithoutBreaks(std::string_view text, bool is_link) {
  DecodedText out;
  out.text.reserve(text.size());
  out.origin.reserve(text.size() + 1);
  Values values(text);
  std::size_t value_end = is_link ? text.size() : 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    value_end = std::max(value_end, values.EndOf(at));
    if (at < value_end && IsBreak(static_cast<unsigned char>(text[at]))) continue;
    out.text.push_back(text[at]);
    out.origin.push_back(static_cast<std::uint32_t>(at));
  }
  out.origin.push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

}  // namespace

bool MayHideLinks(std::string_view text, bool is_link) {
  if (text.find_first_of("%&") != std::string_view::npos) return true;
  if (text.find_first_of("\t\n\r") == std::string_view::npos) return false;
  return is_link || text.find_first_of("=[") != std::string_view::npos;
}

DecodedText DecodeLinks(std::string_view text, bool is_link) {
  return Pass(Pass(WithoutBreaks(text, is_link), '&', LinkReference), '%', Percent);
}

DecodedText DecodeEscapes(std::string_view text) {
  return Pass(Pass(Undecoded(text), '&', Reference), '%', Percent);
}

bool HasMarkup(std::string_view text) {
  return text.find_first_of("%&<[") != std::string_view::npos;
}

DecodedText DecodeWords(std::string_view text) {
  const DecodedText tagless = Pass(Pass(Undecoded(text), '<', HtmlTag), '[', BbCodeTag);
  return Pass(Pass(tagless, '&', Reference), '%', Percent);
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
