// Character n-grams: of the undisguised text, and of its consonants alone.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// Text with every run of white space as one blank, one blank before and one after.
struct Squeezed {
  static constexpr std::uint32_t kNoOrigin = Trace::kNone;

  static constexpr std::size_t kPadding = 2;  // characters that may be read beyond the end

  Scratch<char32_t> text;
  // Source index, or kNoOrigin for the blanks at the ends; empty unless asked for.
  Scratch<std::uint32_t> origins;

  std::u32string_view view() const { return {text.data(), text.size()}; }
};

// Of the folded text. `origins`: also where each character comes from.
void SqueezeFolded(const Text& text, bool origins, Squeezed* out);

// Consonants and digits alone, leetspeak read as letters, every run of one letter as one: words
// that are spaced out, dotted, stretched, or whose vowels are dropped, starred or replaced all read
// alike.
void SqueezeCompact(const Text& text, const Words& words, bool origins, Squeezed* out);

constexpr std::uint64_t GramSeed(View view, std::size_t n) {
  return MixHash(Sink::Seed(view), n) >> 1;  // see HashGram
}

// Calls add(begin, hash) for every n-gram of `text`, n 3 or 4, hashed from `seed`; three characters
// are hashed as if they stood from either end, so that words read backwards have those of the
// words. Inline, so that what `add` refers to stays in registers.
template <std::size_t kN, typename AddGram>
[[gnu::always_inline]] inline void ForEachGram(std::u32string_view text, std::uint64_t seed,
                                               const AddGram& add) {
  static_assert(kN == 3 || kN == 4);
  if (text.size() < kN) return;
  const char32_t* const at = text.data();
  const std::size_t count = text.size() - kN + 1;
  if constexpr (kN == 3) {
    std::uint64_t forwards = PackThree(0, at[0], at[1]);
    std::uint64_t backwards = PackThree(at[1], at[0], 0);
    for (std::size_t i = 0; i < count; ++i) {
      forwards = PackNext(forwards, at[i + 2]);
      backwards = PackBefore(at[i + 2], backwards);
      add(i, HashGram(seed, std::min(forwards, backwards), 0));
    }
  } else {
    std::uint64_t first = PackThree(at[0], at[1], at[2]);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t second = PackNext(first, at[i + 3]);
      add(i, HashGram(seed, first, second));
      first = second;
    }
  }
}

// What the n-gram at `begin` is about.
Trace TraceOfGram(const Squeezed& squeezed, std::size_t begin, std::size_t n);

// All n-grams of `squeezed` as features of `view`.
template <View kView, std::size_t kN>
void AddGrams(const Squeezed& squeezed, Sink* sink) {
  ViewFiller filler(kView, squeezed.text.size(), sink);
  ForEachGram<kN>(squeezed.view(), GramSeed(kView, kN), [&](std::size_t i, std::uint64_t hash) {
    filler.Add(hash, [&] { return TraceOfGram(squeezed, i, kN); });
  });
  filler.Finish();
}

}  // namespace replyguard::classifier
