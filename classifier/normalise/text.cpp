#include "normalise/text.h"

#include <algorithm>

#include "normalise/context_reading.h"
#include "normalise/markup.h"
#include "normalise/percent.h"

namespace replyguard::classifier {
namespace {

// The code point at utf8[*i], advancing *i: at least by one byte, and by one only if the bytes are
// no UTF-8.
char32_t DecodeNext(std::string_view utf8, std::size_t* i) {
  const auto at = [&](std::size_t k) { return static_cast<unsigned char>(utf8[k]); };
  const unsigned lead = at(*i);
  const std::size_t begin = (*i)++;
  if (lead < 0x80) return lead;
  std::size_t trail = 0;
  char32_t c = 0;
  char32_t least = 0;
  if (lead >= 0xC2 && lead < 0xE0) {
    trail = 1, c = lead & 0x1F, least = 0x80;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    trail = 2, c = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    trail = 3, c = lead & 0x07, least = 0x10000;
  } else {
    return 0xFFFD;
  }
  if (utf8.size() - begin <= trail) return 0xFFFD;
  for (std::size_t k = 1; k <= trail; ++k) {
    if ((at(begin + k) & 0xC0) != 0x80) return 0xFFFD;
    c = (c << 6) | (at(begin + k) & 0x3FU);
  }
  if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0xFFFD;
  *i = begin + 1 + trail;
  return c;
}

// A character whose three or four bytes of UTF-8 were taken for characters and written in UTF-8
// once more: its end. `lead` is the first of these, and ends at `end`.
Decoded DecodeTwice(std::string_view utf8, char32_t lead, std::size_t end) {
  if (lead < 0xE0 || lead > 0xF4) return {};
  const std::size_t trail = lead < 0xF0 ? 2 : 3;
  char32_t c = lead & (0x3FU >> trail);
  for (std::size_t i = 0; i < trail; ++i) {
    // As U+0080 to U+00BF are written.
    if (end + 1 >= utf8.size() || static_cast<unsigned char>(utf8[end]) != 0xC2) return {};
    c = c << 6 | (static_cast<unsigned char>(utf8[end + 1]) & 0x3FU);
    end += 2;
  }
  if (c < 0x800 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {end, c};
}

bool MayBeTag(char c) { return c == '<' || c == '[' || c == ']'; }
bool MayBeMarkdown(char32_t c) { return c == U'*' || c == U'~' || c == U'^' || c == U'`'; }

void KeepOffsets(std::size_t begin, std::size_t count, Text* text) {
  if (!text->has_offsets) return;
  for (std::size_t i = begin; i < begin + count; ++i) {
    text->offsets.Push(static_cast<std::uint32_t>(i));
  }
}

// Takes in the ASCII text that begins at utf8[begin], up to what may be markup; its end.
std::size_t FoldAsciiRun(std::string_view utf8, std::size_t begin, const CharTable& table,
                         Text* text) {
  const char* const bytes = utf8.data() + begin;
  const std::size_t most = utf8.size() - begin;
  const CharTable::Byte* const of_byte = table.bytes().data();
  char32_t* const source = text->source.Room(most);
  char32_t* const folded = text->folded.Room(most);
  CharTraits* const traits = text->traits.Room(most);
  std::size_t n = 0;
  for (; n < most; ++n) {
    const auto c = static_cast<unsigned char>(bytes[n]);
    const CharTable::Byte byte = of_byte[c];
    if (byte.traits == 0) break;
    source[n] = c;
    folded[n] = byte.folded;
    traits[n] = byte.traits;
  }
  if (!text->one_to_one) {
    const auto first = static_cast<std::uint32_t>(text->source.size());
    for (std::uint32_t i = 0; i < n; ++i) {
      text->origins.Push(first + i);
      text->origins_traits.Push(traits[i]);
    }
  }
  text->source.Take(n);
  text->folded.Take(n);
  text->traits.Take(n);
  KeepOffsets(begin, n, text);
  return begin + n;
}

// Takes in what FoldAsciiRun leaves: other characters, and markup.
class Folder {
 public:
  Folder(std::string_view utf8, CharTable& table, Text* text)
      : utf8_(utf8), table_(table), text_(text) {}

  void Run() {
    std::size_t i = 0;
    while (i < utf8_.size()) {
      const std::size_t limit = std::min(link_end_, utf8_.size());
      if (code_point_ < i) code_point_ = FindCodePoint(utf8_, i);
      i = FoldAsciiRun(utf8_.substr(0, std::min(limit, code_point_)), i, table_, text_);
      if (i == code_point_ && i < limit) {
        i = TakeDecoded(DecodeCodePoint(utf8_, i), static_cast<char32_t>(utf8_[i]), i, i + 1);
        code_point_ = FindCodePoint(utf8_, i);
      } else if (i == limit && link_end_ != kNone) {
        // What is left of the tag behind its link.
        link_end_ = kNone;
        Take(U'\n', i);
        i = tag_end_;
      } else if (i < utf8_.size()) {
        i = FoldNext(i);
      }
    }
    if ((traits_ & kContextTraits) != 0) ReadInContext(traits_, text_);
  }

 private:
  static constexpr std::size_t kNone = std::string_view::npos;

  // Takes in `c`, which stands at `begin`.
  void Take(char32_t c, std::size_t begin, bool encoded = false) {
    const CharInfo& info = table_.Lookup(c);
    CharTraits traits = info.traits;
    // A letter that did not need to be written so is dressed up.
    if (encoded && c < kAsciiCount && IsWordChar(traits)) {
      traits ^= TraitOf(CharStyle::kPlain) | TraitOf(CharStyle::kStyled);
    }
    traits_ |= traits;
    if (info.out_count != 1 && text_->one_to_one) text_->EndOneToOne();
    for (std::uint8_t k = 0; k < info.out_count; ++k) {
      text_->folded.Push(info.out[k]);
      text_->traits.Push(traits | TraitsOfReading(info.out[k]));
      if (!text_->one_to_one) text_->origins.Push(static_cast<std::uint32_t>(text_->source.size()));
    }
    if (!text_->one_to_one) text_->origins_traits.Push(traits);
    text_->source.Push(c);
    KeepOffsets(begin, 1, text_);
  }

  // Takes in markup that nobody sees.
  void TakeHidden(std::size_t begin) {
    if (text_->one_to_one) text_->EndOneToOne();
    text_->origins_traits.Push(TraitOf(CharKind::kIgnorable));
    text_->source.Push(kHiddenMarkup);
    KeepOffsets(begin, 1, text_);
  }

  // Takes in what is at utf8[begin]; its end.
  std::size_t FoldNext(std::size_t begin) {
    std::size_t end = begin;
    const char32_t c = DecodeNext(utf8_, &end);
    if (c >= kAsciiCount) {
      const Decoded twice = DecodeTwice(utf8_, c, end);
      return TakeDecoded(twice, c, begin, end);
    }
    if (MayBeTag(static_cast<char>(c))) return FoldTag(begin);
    if (MayBeMarkdown(c)) return FoldMarkdown(c, begin);
    Decoded decoded;
    if (c == U'&') {
      decoded = DecodeEntity(utf8_, begin);
    } else if (c == U'\\') {
      decoded = DecodeBackslash(utf8_, begin);
    } else if (c == U':') {
      decoded = DecodeShortcode(utf8_, begin);
    } else if (c == U'%') {
      if (begin >= percent_end_) {
        const std::size_t run_end = PercentRunEnd(utf8_, begin, percent_end_ > 0);
        percent_end_ = std::max(percent_end_, run_end);
      }
      decoded = percent_end_ > begin ? DecodeEncoded(begin) : DecodePercentUtf16(utf8_, begin);
    } else if (c == U'=') {
      if (begin >= quoted_end_) quoted_end_ = QuotedRunEnd(utf8_, begin);
      if (quoted_end_ > begin) decoded = DecodeEncoded(begin);
    }
    return TakeDecoded(decoded, c, begin, end);
  }

  // What is in percent encoding at `begin`, within a row.
  Decoded DecodeEncoded(std::size_t begin) const {
    const Decoded decoded = DecodePercent(utf8_, begin);
    return decoded.end != 0 ? decoded : DecodePercentSign(utf8_, begin);
  }

  // Takes in what is decoded at `begin`, or else `c`, which ends at `end`; where it ends.
  std::size_t TakeDecoded(const Decoded& decoded, char32_t c, std::size_t begin, std::size_t end) {
    if (decoded.end == 0 || decoded.end > link_end_) {
      Take(c, begin);
      return end;
    }
    Take(decoded.c, begin, /*encoded=*/true);
    return decoded.end;
  }

  // Whether the signs that end at `end` stand in a row of single letters and other signs, which
  // spaced_out.h joins.
  bool IsInRow(std::size_t end) const {
    const auto parts = [](char32_t c, CharTraits traits) {
      return !IsWordChar(traits) && !IsSpace(traits) && !MayBeMarkdown(c);
    };
    const std::size_t read = text_->traits.size();
    if (read > 1 && IsWordChar(text_->traits[read - 2])) return false;
    if (read > 1 && parts(text_->folded[read - 2], text_->traits[read - 2])) return true;
    if (end + 1 >= utf8_.size()) return false;
    const auto after = static_cast<unsigned char>(utf8_[end + 1]);
    return after < kAsciiCount && parts(after, table_.Lookup(after).traits);
  }

  // Markdown between two letters is read past, and so is a sign that stands for a letter: what is
  // left of the word tells more than its pieces do.
  std::size_t FoldMarkdown(char32_t c, std::size_t begin) {
    const std::size_t end = MarkdownEnd(utf8_, begin);
    const auto is_letter = [](CharTraits traits) {
      return (traits & TraitOf(CharKind::kLetter)) != 0;
    };
    const auto parts_letters = [&] {
      if (end == 0 || end >= std::min(link_end_, utf8_.size())) return false;
      const std::size_t read = text_->traits.size();
      const auto next = static_cast<unsigned char>(utf8_[end]);
      return read > 0 && is_letter(text_->traits[read - 1]) &&
             (next >= kAsciiCount || is_letter(table_.Lookup(next).traits));
    };
    if (!parts_letters() || IsInRow(end)) {
      Take(c, begin);
      return begin + 1;
    }
    TakeHidden(begin);
    return end;
  }

  std::size_t FoldTag(std::size_t begin) {
    const Tag tag = ReadTag(utf8_, begin);
    if (tag.end == 0 || tag.end > link_end_) {
      Take(static_cast<char32_t>(utf8_[begin]), begin);
      return begin + 1;
    }
    if (tag.link_begin != 0) {
      Take(U'\n', begin);
      link_end_ = tag.link_end;
      tag_end_ = tag.end;
      return tag.link_begin;
    }
    if (const std::size_t end = HiddenEnd(tag); end != 0) {
      TakeHidden(begin);
      return end;
    }
    Take(U'\n', begin);
    return tag.end;
  }

  // The end of the tags and comments that begin with this one if they are within a word; else 0.
  std::size_t HiddenEnd(Tag tag) const {
    if (tag.hides) return tag.end;
    if (text_->traits.empty() || !IsWordChar(text_->traits[text_->traits.size() - 1])) return 0;
    std::size_t end = 0;
    while (tag.is_inline) {
      end = tag.end;
      tag = end < utf8_.size() && MayBeTag(utf8_[end]) ? ReadTag(utf8_, end) : Tag{};
    }
    if (end == 0 || end == utf8_.size()) return 0;
    const auto next = static_cast<unsigned char>(utf8_[end]);
    return next >= kAsciiCount || IsWordChar(table_.bytes()[next].traits) ? end : 0;
  }

  std::string_view utf8_;
  CharTable& table_;
  Text* text_;
  CharTraits traits_ = 0;        // of all that was taken in here
  std::size_t percent_end_ = 0;  // of the row of characters in percent encoding
  std::size_t quoted_end_ = 0;   // of that in quoted-printable, or where there is none
  std::size_t code_point_ = FindCodePoint(utf8_, 0);
  std::size_t link_end_ = kNone;  // of the link within a tag, while inside it
  std::size_t tag_end_ = 0;       // of that tag
};

}  // namespace

void Text::Clear() {
  source.Clear();
  folded.Clear();
  traits.Clear();
  one_to_one = true;
  origins.Clear();
  origins_traits.Clear();
  offsets.Clear();
}

void Text::EndOneToOne() {
  one_to_one = false;
  for (std::uint32_t i = 0; i < source.size(); ++i) {
    origins.Push(i);
    origins_traits.Push(traits[i]);
  }
}

void Text::Drop(std::span<const Word> gaps) {
  std::size_t kept = 0;
  auto gap = gaps.begin();
  for (std::uint32_t i = 0; i < folded.size(); ++i) {
    if (gap != gaps.end() && i >= gap->begin) {
      if (i + 1 == gap->end) ++gap;
      continue;
    }
    folded[kept] = folded[i];
    traits[kept] = traits[i];
    origins[kept] = origins[i];
    ++kept;
  }
  folded.Truncate(kept);
  traits.Truncate(kept);
  origins.Truncate(kept);
}

void DecodeAndFold(std::string_view utf8, bool offsets, CharTable& table, Text* text) {
  text->Clear();
  text->has_offsets = offsets;
  Folder(utf8, table, text).Run();
  KeepOffsets(utf8.size(), 1, text);
}

}  // namespace replyguard::classifier
