// Character n-grams: of the undisguised text, of its letters alone, and of the text as written.
#pragma once

#include <array>
#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// Text with every run of white space as one blank, one blank before and one after.
struct Squeezed {
  static constexpr std::uint32_t kNoOrigin = Trace::kNone;

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

// Calls add(begin, hash) for every n-gram of `text`, as a feature of `view`.
template <typename AddGram>
void ForEachGram(std::u32string_view text, View view, std::size_t n, const AddGram& add) {
  const std::uint64_t seed = MixHash(Sink::Seed(view), n);
  for (std::size_t i = 0; i + n <= text.size(); ++i) {
    add(i, HashCodePoints(seed, text.substr(i, n)));
  }
}

// All n-grams of `squeezed` as features of `view`.
void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink);

}  // namespace replyguard::classifier
