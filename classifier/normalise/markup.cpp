#include "normalise/markup.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "normalise/ascii.h"
#include "normalise/entities.h"

namespace replyguard::classifier {
namespace {

constexpr auto kNone = std::string_view::npos;

bool EqualsLower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return Lower(a) == b; });
}

// What follows the `&#`, up to the first that is no digit.
Decoded DecodeNumber(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kDigitsMax = 8;
  constexpr std::size_t kZerosMax = 32;  // before them, which change nothing
  std::size_t i = begin;
  const bool hex = i < utf8.size() && Lower(utf8[i]) == 'x';
  if (hex) ++i;
  const std::size_t zeros_end = i + kZerosMax;
  while (i + 1 < utf8.size() && i < zeros_end && utf8[i] == '0' && ValueOf(utf8[i + 1], hex) >= 0)
    ++i;
  const std::size_t first = i;
  char32_t c = 0;
  for (; i < utf8.size() && i - first < kDigitsMax; ++i) {
    const int value = ValueOf(utf8[i], hex);
    if (value < 0) break;
    c = c * (hex ? 16 : 10) + static_cast<char32_t>(value);
  }
  if (i == first || c < 0x20 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {i + (i < utf8.size() && utf8[i] == ';'), c};
}

template <typename Names>
bool IsAmong(const Names& names, std::string_view name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view of) { return EqualsLower(name, of); });
}

// Browsers lay out within a line and a word all tags but these, those that they do not know too.
bool IsInline(std::string_view name) {
  constexpr std::string_view kBlocks[] = {
      "address", "article", "aside", "blockquote", "br",     "button",   "center",     "dd",
      "details", "dialog",  "div",   "dl",         "dt",     "fieldset", "figcaption", "figure",
      "footer",  "form",    "h1",    "h2",         "h3",     "h4",       "h5",         "h6",
      "head",    "header",  "hr",    "html",       "iframe", "img",      "input",      "li",
      "main",    "nav",     "ol",    "option",     "p",      "pre",      "script",     "section",
      "select",  "style",   "table", "tbody",      "td",     "textarea", "tfoot",      "th",
      "thead",   "title",   "tr",    "ul",         "video",  "body"};
  return !IsAmong(kBlocks, name);
}

// Where the value of `href` or `src` is among the attributes utf8[begin, end).
void FindLink(std::string_view utf8, std::size_t begin, std::size_t end, Tag* tag) {
  for (std::size_t i = begin; i + 4 < end; ++i) {
    if (utf8[i - 1] != ' ' && utf8[i - 1] != '\n') continue;
    std::size_t value = i;
    for (const std::string_view name : {"href=", "src="}) {
      if (EqualsLower(utf8.substr(i, name.size()), name)) value = i + name.size();
    }
    if (value == i || value >= end) continue;
    const char quote = utf8[value];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) ++value;
    const auto close = quoted ? utf8.find(quote, value) : utf8.find_first_of(" >", value);
    const std::size_t value_end = std::min(close, end);
    if (value_end <= value) continue;
    tag->link_begin = value;
    tag->link_end = value_end;
    return;
  }
}

constexpr struct {
  std::string_view name;
  char32_t c;
} kCodes[] = {{"fire", U'🔥'},
              {"heart", U'❤'},
              {"joy", U'😂'},
              {"rofl", U'🤣'},
              {"smile", U'😄'},
              {"smiley", U'😃'},
              {"grin", U'😁'},
              {"blush", U'😊'},
              {"wink", U'😉'},
              {"heart_eyes", U'😍'},
              {"kissing_heart", U'😘'},
              {"cry", U'😢'},
              {"sob", U'😭'},
              {"thinking", U'🤔'},
              {"scream", U'😱'},
              {"sunglasses", U'😎'},
              {"thumbsup", U'👍'},
              {"clap", U'👏'},
              {"pray", U'🙏'},
              {"muscle", U'💪'},
              {"ok_hand", U'👌'},
              {"wave", U'👋'},
              {"eyes", U'👀'},
              {"point_right", U'👉'},
              {"point_down", U'👇'},
              {"tada", U'🎉'},
              {"gift", U'🎁'},
              {"star", U'⭐'},
              {"sparkles", U'✨'},
              {"rocket", U'🚀'},
              {"moneybag", U'💰'},
              {"money_with_wings", U'💸'},
              {"money_mouth_face", U'🤑'},
              {"dollar", U'💵'},
              {"gem", U'💎'},
              {"chart_with_upwards_trend", U'📈'},
              {"slot_machine", U'🎰'},
              {"eggplant", U'🍆'},
              {"peach", U'🍑'},
              {"sweat_drops", U'💦'},
              {"kiss", U'💋'},
              {"lips", U'👄'},
              {"warning", U'⚠'},
              {"white_check_mark", U'✅'},
              {"telephone_receiver", U'📞'},
              {"link", U'🔗'}};

// An entity whose `&` may itself be written as one, so many times; utf8[begin] is taken for the
// `&`.
Decoded DecodeEscaped(std::string_view utf8, std::size_t begin, int escapes) {
  constexpr std::size_t kEntityBytesMax = 17;
  if (begin + 1 < utf8.size() && utf8[begin + 1] == '#') return DecodeNumber(utf8, begin + 2);
  const std::string_view window = utf8.substr(begin, kEntityBytesMax);
  const auto semicolon = window.find(';');
  if (semicolon == kNone) return {};
  const Decoded decoded{begin + semicolon + 1, ReadEntity(window.substr(1, semicolon - 1))};
  if (decoded.c == 0) return {};
  if (decoded.c != U'&' || escapes == 0) return decoded;
  // Escaped once more: &amp;#98; is shown as &#98; by some and as b by others.
  const Decoded inner = DecodeEscaped(utf8, decoded.end - 1, escapes - 1);
  return inner.end == 0 ? decoded : inner;
}

// What follows the `\u`: four digits, or two such escapes that UTF-16 makes one character of.
Decoded DecodeUtf16(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kDigits = 4;
  const std::int32_t first = HexValue(utf8, begin, kDigits);
  const std::size_t end = begin + kDigits;
  if (first < 0x20) return {};
  if (first < 0xD800 || first > 0xDFFF) return {end, static_cast<char32_t>(first)};
  if (first > 0xDBFF || utf8.substr(end, 2) != "\\u") return {};
  const std::int32_t second = HexValue(utf8, end + 2, kDigits);
  if (second < 0xDC00 || second > 0xDFFF) return {};
  const std::int32_t c = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  return {end + 2 + kDigits, static_cast<char32_t>(c)};
}

// Whether a style among the attributes keeps what is in the tag from being seen.
bool HidesContent(std::string_view attributes) {
  constexpr std::string_view kStyles[] = {"display:none", "visibility:hidden", "font-size:0",
                                          "opacity:0"};
  std::string written;
  for (const char c : attributes) {
    if (c != ' ') written += Lower(c);
  }
  if (written.find("style=") == kNone) return false;
  return std::any_of(std::begin(kStyles), std::end(kStyles), [&](std::string_view style) {
    const std::size_t at = written.find(style);
    // Not of opacity:0.5
    return at != kNone && (style.back() != '0' || written.substr(at + style.size(), 1) != ".");
  });
}

// `[b]`, `[/b]`, `[color=red]`, `[url=http://...]`. REQUIRES: utf8[begin] == '['.
Tag ReadBracketTag(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kBytesMax = 256;
  constexpr std::string_view kInline[] = {"b",    "i",    "u",   "s",   "color", "colour",
                                          "size", "font", "sub", "sup", "small", "strike"};
  constexpr std::string_view kBlocks[] = {"url",  "img",     "quote", "code", "center",
                                          "list", "spoiler", "email", "left", "right"};
  const std::string_view window = utf8.substr(begin, kBytesMax);
  const std::size_t name = window.size() > 1 && window[1] == '/' ? 2 : 1;
  if (name >= window.size() || !IsLetter(window[name])) return {};
  const auto close = window.find_first_of("]\n");
  if (close == kNone || window[close] != ']') return {};
  const std::size_t name_end = std::min(window.find('='), close);
  if (name_end <= name) return {};
  const std::string_view named = window.substr(name, name_end - name);
  Tag tag{.end = begin + close + 1, .is_inline = IsAmong(kInline, named)};
  if (!tag.is_inline && !IsAmong(kBlocks, named)) return {};
  if (!tag.is_inline && name_end + 1 < close) {
    tag.link_begin = begin + name_end + 1;
    tag.link_end = begin + close;
  }
  return tag;
}

}  // namespace

Decoded DecodeBackslash(std::string_view utf8, std::size_t begin) {
  const std::size_t at = begin + 2;
  if (at >= utf8.size()) return {};
  const char kind = Lower(utf8[begin + 1]);
  if (kind == 'x') {
    const std::int32_t c = HexValue(utf8, at, 2);
    if (c < 0 || c > 'z' || !(IsLetter(static_cast<char>(c)) || IsDigit(static_cast<char>(c)))) {
      return {};
    }
    return {at + 2, static_cast<char32_t>(c)};
  }
  if (kind >= '0' && kind <= '3') {
    // In octal, of a letter or digit: \142.
    constexpr std::size_t kDigits = 3;
    int c = 0;
    for (std::size_t i = begin + 1; i < begin + 1 + kDigits; ++i) {
      if (i >= utf8.size() || utf8[i] < '0' || utf8[i] > '7') return {};
      c = c * 8 + (utf8[i] - '0');
    }
    if (c > 'z' || !(IsLetter(static_cast<char>(c)) || IsDigit(static_cast<char>(c)))) return {};
    return {begin + 1 + kDigits, static_cast<char32_t>(c)};
  }
  if (kind != 'u') return {};
  if (utf8[at] != '{') return DecodeUtf16(utf8, at);
  constexpr std::size_t kBytesMax = 8;
  const std::size_t close = utf8.substr(at, kBytesMax).find('}');
  if (close == kNone || close < 2) return {};
  const std::int32_t c = HexValue(utf8, at + 1, close - 1);
  if (c < 0x20 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {at + close + 1, static_cast<char32_t>(c)};
}

Decoded DecodeEntity(std::string_view utf8, std::size_t begin) {
  constexpr int kEscapesMax = 2;
  return DecodeEscaped(utf8, begin, kEscapesMax);
}

Decoded DecodeShortcode(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kShortcodeBytesMax = 28;
  if (begin + 1 >= utf8.size() || !IsLetter(utf8[begin + 1])) return {};
  const std::string_view window = utf8.substr(begin + 1, kShortcodeBytesMax);
  const auto colon = window.find(':');
  if (colon == kNone) return {};
  for (const auto& code : kCodes) {
    if (EqualsLower(window.substr(0, colon), code.name)) return {begin + colon + 2, code.c};
  }
  return {};
}

Decoded DecodeCodePoint(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kPrefix = 2;
  constexpr std::size_t kDigits = 4;  // one that FindCodePoint finds has no more
  const std::int32_t c = HexValue(utf8, begin + kPrefix, kDigits);
  if (c < 0x20) return {};
  std::size_t end = begin + kPrefix + kDigits;
  if (end + 1 < utf8.size() && utf8[end] == ' ' &&
      FindCodePoint(utf8.substr(0, end + 1 + kPrefix + kDigits), end + 1) == end + 1)
    ++end;
  return {end, static_cast<char32_t>(c)};
}

std::size_t FindCodePoint(std::string_view utf8, std::size_t from) {
  return utf8.find("U+00", from);
}

std::size_t MarkdownEnd(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kSignsMax = 4;
  const char sign = utf8[begin];
  // No further, or a text of nothing but signs would cost its length for each of them.
  const std::string_view window = utf8.substr(begin, kSignsMax + 1);
  const std::size_t end = begin + std::min(window.find_first_not_of(sign), window.size());
  const std::size_t least = sign == '~' ? 2 : 1;  // one alone is a wave in chats
  return end - begin >= least && end - begin <= kSignsMax ? end : 0;
}

Tag ReadTag(std::string_view utf8, std::size_t begin) {
  // A longer one is read as text: who does not see the page as HTML sees all of it.
  constexpr std::size_t kAttributeBytesMax = 80;
  constexpr std::size_t kLinkBytesMax = 1024;
  constexpr std::size_t kHiddenBytesMax = 120;
  constexpr std::size_t kNameBytesMax = 16;
  constexpr std::string_view kComment = "<!--";
  constexpr std::string_view kCommentEnd = "-->";
  constexpr std::string_view kData = "<![CDATA[";
  constexpr std::string_view kDataEnd = "]]>";
  if (utf8[begin] == '[') return ReadBracketTag(utf8, begin);
  for (const std::string_view mark : {kData, kDataEnd}) {
    if (utf8.substr(begin, mark.size()) == mark) {
      return {.end = begin + mark.size(), .is_inline = true};
    }
  }
  if (utf8[begin] != '<') return {};
  const std::string_view window = utf8.substr(begin, 2 * kAttributeBytesMax + kLinkBytesMax);
  if (window.substr(0, kComment.size()) == kComment) {
    const auto close = window.substr(0, kAttributeBytesMax).find(kCommentEnd, kComment.size());
    if (close == kNone) return {};
    return {.end = begin + close + kCommentEnd.size(), .is_inline = true};
  }
  const auto close = window.find_first_of("<>", 1);
  if (close == kNone || window[close] == '<') return {};
  const std::size_t name = window.size() > 1 && window[1] == '/' ? 2 : 1;
  std::size_t name_end = name;
  while (name_end < close &&
         (IsLetter(window[name_end]) ||
          (name_end > name && window[name_end] >= '1' && window[name_end] <= '6')))
    ++name_end;
  if (name_end == name) return {};
  Tag tag{.end = begin + close + 1, .is_inline = IsInline(window.substr(name, name_end - name))};
  const std::string_view rest = window.substr(name_end, close - name_end);
  constexpr std::size_t kPlainBytesMax = 16;
  const bool plain = std::all_of(rest.begin(), rest.end(),
                                 [](char c) { return IsLetter(c) || c == ' ' || c == '/'; });
  if (plain) return close < kPlainBytesMax ? tag : Tag{};
  if (rest[0] != ' ' && rest[0] != '\n' && rest[0] != '/') return {};
  if (rest.find('=') == kNone) return {};
  if (HidesContent(rest)) {
    // With what is in it, up to the next tag, which ends it.
    const std::size_t content = utf8.substr(tag.end, kHiddenBytesMax).find("</");
    const std::size_t content_end = content == kNone ? kNone : utf8.find('>', tag.end + content);
    if (content_end != kNone && content_end - tag.end <= kHiddenBytesMax + kNameBytesMax)
      return {.end = content_end + 1, .is_inline = true, .hides = true};
  }
  FindLink(utf8, begin + name_end + 1, begin + close, &tag);
  const std::size_t link = tag.link_end - tag.link_begin;
  return close - link <= kAttributeBytesMax ? tag : Tag{};
}

}  // namespace replyguard::classifier
