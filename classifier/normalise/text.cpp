#include "normalise/text.h"

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

// What `&...;` at utf8[begin] stands for, and its end; 0 if it is no entity.
char32_t DecodeEntity(std::string_view utf8, std::size_t begin, std::size_t* end) {
  constexpr std::size_t kEntityBytesMax = 10;
  const std::string_view window = utf8.substr(begin, kEntityBytesMax);
  const auto semicolon = window.find(';');
  if (semicolon == std::string_view::npos || semicolon < 3) return 0;
  std::string_view name = window.substr(1, semicolon - 1);
  *end = begin + semicolon + 1;
  constexpr struct {
    std::string_view name;
    char32_t c;
  } kNamed[] = {{"amp", U'&'},   {"lt", U'<'},   {"gt", U'>'},     {"quot", U'"'},
                {"apos", U'\''}, {"nbsp", 0xA0}, {"commat", U'@'}, {"period", U'.'}};
  for (const auto& entry : kNamed) {
    if (entry.name == name) return entry.c;
  }
  if (name[0] != '#') return 0;
  name.remove_prefix(1);
  const bool hex = name[0] == 'x' || name[0] == 'X';
  if (hex) name.remove_prefix(1);
  char32_t c = 0;
  for (const char digit : name) {
    const auto lower = static_cast<char32_t>(digit | 0x20);
    if (digit >= '0' && digit <= '9') {
      c = c * (hex ? 16 : 10) + static_cast<char32_t>(digit - '0');
    } else if (hex && lower >= U'a' && lower <= U'f') {
      c = c * 16 + (lower - U'a' + 10);
    } else {
      return 0;
    }
  }
  const bool valid = c >= 0x20 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) && !name.empty();
  return valid ? c : 0;
}

// The end of a tag without attributes at utf8[begin], such as <br /> or </b>; 0 if there is none.
std::size_t PlainTagEnd(std::string_view utf8, std::size_t begin) {
  constexpr std::size_t kTagBytesMax = 16;
  const std::string_view window = utf8.substr(begin, kTagBytesMax);
  const auto close = window.find('>');
  if (close == std::string_view::npos || close < 2) return 0;
  for (std::size_t i = 1; i < close; ++i) {
    const char c = window[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && c != '/' && c != ' ' && !(c >= '1' && c <= '6')) return 0;
    if (i == 1 && !letter && c != '/') return 0;
  }
  return begin + close + 1;
}

void KeepOffsets(std::size_t begin, std::size_t count, Text* text) {
  if (!text->has_offsets) return;
  for (std::size_t i = begin; i < begin + count; ++i) {
    text->offsets.Push(static_cast<std::uint32_t>(i));
  }
}

// Takes in the ASCII text that begins at utf8[begin], up to what may be an entity or a tag; its
// end.
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

// Takes in one character, whatever it is, at utf8[begin]; its end.
std::size_t FoldNext(std::string_view utf8, std::size_t begin, CharTable& table, Text* text) {
  std::size_t end = begin;
  char32_t c = DecodeNext(utf8, &end);
  if (c == U'&') {
    std::size_t entity_end = 0;
    if (const char32_t decoded = DecodeEntity(utf8, begin, &entity_end); decoded != 0) {
      c = decoded;
      end = entity_end;
    }
  } else if (c == U'<') {
    if (const std::size_t tag_end = PlainTagEnd(utf8, begin); tag_end != 0) {
      c = U'\n';
      end = tag_end;
    }
  }
  const CharInfo& info = table.Lookup(c);
  if (info.out_count != 1 && text->one_to_one) text->EndOneToOne();
  for (std::uint8_t k = 0; k < info.out_count; ++k) {
    text->folded.Push(info.out[k]);
    text->traits.Push(info.traits | TraitsOfReading(info.out[k]));
    if (!text->one_to_one) text->origins.Push(static_cast<std::uint32_t>(text->source.size()));
  }
  if (!text->one_to_one) text->origins_traits.Push(info.traits);
  text->source.Push(c);
  KeepOffsets(begin, 1, text);
  return end;
}

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

void DecodeAndFold(std::string_view utf8, bool offsets, CharTable& table, Text* text) {
  text->Clear();
  text->has_offsets = offsets;
  std::size_t i = 0;
  while (i < utf8.size()) {
    const bool ascii = table.bytes()[static_cast<unsigned char>(utf8[i])].traits != 0;
    i = ascii ? FoldAsciiRun(utf8, i, table, text) : FoldNext(utf8, i, table, text);
  }
  KeepOffsets(utf8.size(), 1, text);
}

}  // namespace replyguard::classifier
