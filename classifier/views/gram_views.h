// Character n-grams: of the undisguised text, and of its letters alone.
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
  // Source index, or kNoOrigin for the blanks at the ends; empty unless asked for.
  Scratch<std::uint32_t> origins;

  std::u32string_view view() const { return {text.data(), text.size()}; }
};

// Of the folded text. `origins`: also where each character comes from.
void SqueezeFolded(const Text& text, bool origins, Squeezed* out);

// Letters and digits alone, leetspeak read as letters, every run of one letter as one: spaced-out,
// dotted and stretched words all read alike.
void SqueezeCompact(const Text& text, const Words& words, bool origins, Squeezed* out);

constexpr std::uint64_t GramSeed(View view, std::size_t n) {
  return MixHash(Sink::Seed(view), n) >> 1;  // see HashGram
}

// Calls add(begin, hash) for every n-gram of `text`, n from 3 to 5, hashed from `seed`. Inline, so
// that what `add` refers to stays in registers.
template <std::size_t kN, typename AddGram>
[[gnu::always_inline]] inline void ForEachGram(std::u32string_view text, std::uint64_t seed,
                                               const AddGram& add) {
  static_assert(kN >= 3 && kN <= 5);
  if (text.size() < kN) return;
  const char32_t* const at = text.data();
  const std::size_t count = text.size() - kN + 1;
  // Three characters from i, from i + 1 and from i + 2 on, as far as the n-gram goes.
  std::uint64_t first = PackThree(0, at[0], at[1]);
  std::uint64_t second = first;
  if constexpr (kN > 3) first = second = PackNext(first, at[2]);
  if constexpr (kN > 4) second = PackNext(second, at[3]);
  for (std::size_t i = 0; i < count; ++i) {
    if constexpr (kN == 3) {
      first = PackNext(first, at[i + 2]);
      add(i, HashGram(seed, first, 0));
    } else if constexpr (kN == 4) {
      second = PackNext(first, at[i + 3]);
      add(i, HashGram(seed, first, second));
      first = second;
    } else {
      const std::uint64_t third = PackNext(second, at[i + 4]);
      add(i, HashGram(seed, first, third));
      first = second;
      second = third;
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
