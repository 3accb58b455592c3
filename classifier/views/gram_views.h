// Character n-grams: of the undisguised text, of its letters alone, and of the text as written.
#pragma once

#include <array>
#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// Text with every run of white space as one blank, one blank before and one after.
struct Squeezed {
  static constexpr std::uint32_t kNoOrigin = Trace::kNone;

  static constexpr std::size_t kPadding = 2;  // characters that may be read beyond the end

  Scratch<char32_t> text;
  Scratch<std::uint32_t> origins;  // source index, or kNoOrigin for the blanks at the ends

  std::u32string_view view() const { return {text.data(), text.size()}; }
};

// Of the folded text.
void SqueezeFolded(const Text& text, Squeezed* out);

// Of the source, case and disguise kept.
void SqueezeSource(const Text& text, Squeezed* out);

// Letters and digits alone, leetspeak read as letters, every run of one letter as one: spaced-out,
// dotted and stretched words all read alike.
void SqueezeCompact(const Text& text, Squeezed* out);

// The views of character n-grams of the undisguised text.
struct GramView {
  View view;
  std::size_t n;
};
inline constexpr std::array kGramViews = {GramView{View::kChar3, 3}, GramView{View::kChar4, 4},
                                          GramView{View::kChar5, 5}};

constexpr std::uint64_t GramSeed(View view, std::size_t n) {
  return MixHash(Sink::Seed(view), n) >> 1;  // see HashGram
}

// Calls add(begin, hash) for every n-gram of `text`, n from 3 to 5, hashed from `seed`.
template <typename AddGram>
void ForEachGram(std::u32string_view text, std::uint64_t seed, std::size_t n, const AddGram& add) {
  if (text.size() < n) return;
  const char32_t* const at = text.data();
  const char32_t* const end = at + n - 1;  // where the first n-gram ends
  const std::size_t count = text.size() - n + 1;
  std::uint64_t first = PackThree(0, at[0], at[1]);
  std::uint64_t last = PackThree(0, end[-2], end[-1]);
  for (std::size_t i = 0; i < count; ++i) {
    first = PackNext(first, at[i + 2]);
    last = PackNext(last, end[i]);
    add(i, HashGram(seed, first, n == 3 ? 0 : last));
  }
}

// All n-grams of `squeezed` as features of `view`.
void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink);

// What the n-gram at `begin` is about.
Trace TraceOfGram(const Squeezed& squeezed, std::size_t begin, std::size_t n);

}  // namespace replyguard::classifier
