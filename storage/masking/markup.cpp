// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/markup.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "masking/characters.h"
#include "masking/words.h"

namespace replyguard::storage::masking {
namespace {

constexpr std::string_view kWideSpace = "\xC2\xA0";
constexpr std::string_view kClosingAngle = "\xC2\xBB";

// HTML elements that begin a line of their own.
constexpr std::u32string_view kBlocks[] = {
    U"address", U"article", U"aside",  U"blockquote", U"body",   U"br",     U"caption",  U"center",
    U"dd",      U"div",     U"dl",     U"dt",         U"figure", U"footer", U"form",     U"h1",
    U"h2",      U"h3",      U"h4",     U"h5",         U"h6",     U"head",   U"header",   U"hr",
    U"html",    U"input",   U"li",     U"main",       U"nav",    U"ol",     U"option",   U"p",
    U"pre",     U"section", U"select", U"table",      U"tbody",  U"td",     U"textarea", U"th",
    U"thead",   U"title",   U"tr",     U"ul"};
constexpr std::u32string_view kInline[] = {
    U"a",      U"abbr",   U"b",   U"big", U"code", U"color", U"del", U"em",   U"email", U"font",
    U"i",      U"ins",    U"img", U"kbd", U"mark", U"q",     U"s",   U"size", U"small", U"span",
    U"strike", U"strong", U"sub", U"sup", U"tt",   U"u",     U"url", U"wbr"};

// Between a tag's name and its attributes.
bool IsTagSpace(char32_t c) { return c == U' ' || c == U'\t' || c == U'\n' || c == 0xA0; }

char32_t Closing(char32_t c) {
  switch (c) {
    case U'(':
      return U')';
    case U'[':
      return U']';
    case U'{':
      return U'}';
    case U'<':
      return U'>';
    case 0x300C:
      return 0x300D;
    case 0x3010:
      return 0x3011;
    case 0x3014:
      return 0x3015;
    case 0xAB:
      return 0xBB;
    default:
      return U'\0';
  }
}

class Shower {
 public:
  explicit Shower(std::vector<Unit> units) : units_(std::move(units)) {}

  Shown Run() {
    for (std::size_t i = 0; i < units_.size();) {
      const std::size_t next = Closing(units_[i].c) == U'\0' ? i : Bracket(i);
      if (next == i) shown_.text.push_back(units_[i]);
      i = std::max(next, i + 1);
    }
    ReadWords(shown_.text);
    return std::move(shown_);
  }

 private:
  char32_t At(std::size_t i) const { return CharAt(units_, i); }

  // Past what the bracket at `i` opens, if that is a sign in words or a tag; `i` if not.
  std::size_t Bracket(std::size_t i) {
    if (const auto end = Sign(i)) return *end;
    if (units_[i].c == U'<' && At(i + 1) == U'!') return Comment(i);
    if (units_[i].c == U'<' || units_[i].c == U'[') return Tag(i);
    return i;
  }

  std::optional<std::size_t> Sign(std::size_t i) {
    const char32_t closing = Closing(units_[i].c);
    std::size_t at = i + 1;
    while (at < i + 3 && IsSpace(At(at))) ++at;
    std::u32string word;
    for (; word.size() < kWordUnitsMax && At(at) != closing && !IsSpace(At(at)); ++at) {
      if (At(at) == kBadByte) return std::nullopt;
      word.push_back(FoldChar(At(at)));
    }
    while (at < i + kWordUnitsMax + 5 && IsSpace(At(at))) ++at;
    if (At(at) != closing) return std::nullopt;
    // "(a)", a German habit, only when nothing else can be meant.
    const bool tight = i > 0 && IsAlnum(units_[i - 1].c) && IsAlnum(At(at + 1));
    const bool is_at = IsAtWord(word) || (tight && closing == U')' && word == U"a");
    if (!is_at && !IsDotWord(word)) return std::nullopt;
    Unit sign{is_at ? U'@' : U'.', units_[i].begin, units_[at].end};
    for (int spaces = 0; spaces < 3 && !shown_.text.empty(); ++spaces) {
      if (!IsSpace(shown_.text.back().c)) break;
      sign.begin = shown_.text.back().begin;
      shown_.text.pop_back();
    }
    ++at;
    for (int spaces = 0; spaces < 3 && IsSpace(At(at)); ++spaces) sign.end = units_[at++].end;
    shown_.text.push_back(sign);
    return at;
  }

  std::size_t Comment(std::size_t i) {
    if (At(i + 2) != U'-' || At(i + 3) != U'-') return i;
    // The end is looked for once for all comments that it could end.
    comment_end_ = std::max(comment_end_, i + 4);
    while (comment_end_ <= units_.size() &&
           !(At(comment_end_ - 1) == U'-' && At(comment_end_) == U'-' &&
             At(comment_end_ + 1) == U'>')) {
      ++comment_end_;
    }
    if (comment_end_ > units_.size()) return i;
    LeaveOut(i, comment_end_ + 2);
    return comment_end_ + 2;
  }

  std::size_t Tag(std::size_t i) {
    const char32_t opening = units_[i].c;
    const char32_t closing = Closing(opening);
    std::size_t at = i + 1;
    const bool ends = At(at) == U'/';
    if (ends) ++at;
    std::u32string name;
    for (;
         (IsAsciiAlnum(At(at)) || (At(at) == U'-' && !name.empty())) && name.size() < kWordUnitsMax;
         ++at)
      name.push_back(FoldChar(At(at)));
    if (name.empty()) return i;
    const bool bare = At(at) == closing;
    if (!bare && !IsTagSpace(At(at)) && At(at) != U'/' && !(opening == U'[' && At(at) == U'='))
      return i;
    while (at < units_.size() && At(at) != closing && At(at) != opening) ++at;
    if (At(at) != closing) return i;
    const bool block = Holds(kBlocks, name);
    const bool known = block || Holds(kInline, name);
    if (!known && opening == U'[') return i;
    // "<me>@<example.org>" is no tag.
    const bool word_before = !shown_.text.empty() && IsLocalChar(shown_.text.back().c);
    if (!known && bare && !ends && !word_before && At(at + 1) == U'@') return i;
    if (block) shown_.text.push_back({U'\n', units_[i].begin, units_[at].end});
    LeaveOut(i, at + 1);
    return at + 1;
  }

  void LeaveOut(std::size_t begin, std::size_t end) {
    shown_.tags.insert(shown_.tags.end(), units_.begin() + static_cast<std::ptrdiff_t>(begin),
                       units_.begin() + static_cast<std::ptrdiff_t>(end));
    shown_.tags.push_back({kBadByte, units_[end - 1].end, units_[end - 1].end});
  }

  const std::vector<Unit> units_;
  std::size_t comment_end_ = 0;
  Shown shown_;
};

}  // namespace

Shown Show(std::vector<Unit> units) { return Shower(std::move(units)).Run(); }

bool MayBeBracketedAt(std::string_view text, std::size_t at) {
  const auto is = [&](std::string_view c) { return text.substr(at).starts_with(c); };
  const auto skip_spaces = [&] {
    for (bool wide = false; (wide = is(kWideSpace)) || is(" ") || is("\t") || is("\n");) {
      at += wide ? kWideSpace.size() : 1;
    }
  };
  const auto char_at = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto is_high = [&] { return (char_at() & 0x80) != 0; };
  ++at;
  skip_spaces();
  constexpr std::string_view kFirst = "aAcCkK";
  if (!is_high() && kFirst.find(char_at()) == std::string_view::npos) return false;
  while (!is(kClosingAngle) && (is_high() || IsAsciiAlnum(static_cast<unsigned char>(char_at())))) {
    ++at;
  }
  skip_spaces();
  return is(")") || is("]") || is("}") || is(">") || is(kClosingAngle);
}

}  // namespace replyguard::storage::masking
