// Any bytes are text: every character keeps its place, and what they read as depends on nothing
// else.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "normalise/text.h"

namespace replyguard::classifier {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckSource(const Text& text, std::size_t bytes, CharTable* table) {
  std::uint32_t end = 0;
  for (const SourceChar& from : text.source) {
    Require(from.begin >= end && from.begin < from.end && from.end <= bytes);
    Require(from.c <= 0x10FFFF && (from.c < 0xD800 || from.c > 0xDFFF));
    Require(from.info == &table->Lookup(from.c));
    end = from.end;
  }
}

void CheckFolded(const Text& text, CharTable* table) {
  Require(text.folded.size() == text.origin.size());
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < text.folded.size(); ++i) {
    Require(text.origin[i] >= last && text.origin[i] < text.source.size());
    last = text.origin[i];
    const char32_t c = text.folded[i];
    Require(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
    // What has become ASCII reads as itself.
    if (c < 0x80) Require(table->Lookup(c).out_count == 1 && table->Lookup(c).out[0] == c);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static CharTable used;
  static Text reused;
  DecodeAndFold(bytes, used, &reused);
  CheckSource(reused, size, &used);
  CheckFolded(reused, &used);

  CharTable fresh;
  Text once;
  DecodeAndFold(bytes, fresh, &once);
  Require(once.folded == reused.folded && once.origin == reused.origin);
  Require(once.source.size() == reused.source.size());
  return 0;
}

}  // namespace replyguard::classifier
