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

}  // namespace

void Text::Clear() {
  source.clear();
  folded.clear();
  origin.clear();
}

void DecodeAndFold(std::string_view utf8, CharTable& table, Text* text) {
  text->Clear();
  std::size_t i = 0;
  while (i < utf8.size()) {
    const std::size_t begin = i;
    const char32_t c = DecodeNext(utf8, &i);
    const CharInfo& info = table.Lookup(c);
    for (std::uint8_t k = 0; k < info.out_count; ++k) {
      text->folded.push_back(info.out[k]);
      text->origin.push_back(static_cast<std::uint32_t>(text->source.size()));
    }
    text->source.push_back(
        {c, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i), &info});
  }
}

}  // namespace replyguard::classifier
