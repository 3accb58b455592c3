// Any bytes are text: every character keeps its place, and what they read as depends on nothing
// else.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "normalise/text.h"

namespace replyguard::classifier {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckSource(const Text& text, std::size_t bytes) {
  for (const char32_t c : text.source) Require(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
  Require(text.has_offsets && text.offsets.size() == text.source.size() + 1);
  Require(text.offsets[0] == 0 && text.offsets[text.source.size()] == bytes);
  for (std::size_t i = 0; i < text.source.size(); ++i) {
    Require(text.offsets[i] < text.offsets[i + 1]);
  }
}

void CheckFolded(const Text& text, CharTable* table) {
  Require(text.traits.size() == text.folded.size());
  Require(text.source_traits().size() == text.source.size());
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < text.folded.size(); ++i) {
    const std::uint32_t origin = text.Origin(i);
    Require(origin >= last && origin < text.source.size());
    last = origin;
    const char32_t c = text.folded[i];
    Require(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
    // What has become ASCII reads as itself.
    if (c < 0x80) Require(table->Lookup(c).out_count == 1 && table->Lookup(c).out[0] == c);
  }
}

template <typename T>
bool Same(const Scratch<T>& a, const Scratch<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static CharTable used;
  static Text reused;
  DecodeAndFold(bytes, /*offsets=*/true, used, &reused);
  CheckSource(reused, size);
  CheckFolded(reused, &used);

  CharTable fresh;
  Text once;
  DecodeAndFold(bytes, /*offsets=*/false, fresh, &once);
  Require(Same(once.source, reused.source) && Same(once.folded, reused.folded));
  Require(Same(once.traits, reused.traits));
  Require(Same(once.source_traits(), reused.source_traits()));
  for (std::size_t i = 0; i < once.folded.size(); ++i) Require(once.Origin(i) == reused.Origin(i));
  return 0;
}

}  // namespace replyguard::classifier
