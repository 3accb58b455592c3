#include "views/spaced_out.h"

#include <algorithm>
#include <string>
#include <vector>

namespace replyguard::classifier {
namespace {

constexpr std::ptrdiff_t kJoinedLettersMin = 4;
constexpr std::ptrdiff_t kSpacedLettersMin = 3;
constexpr std::uint32_t kGapMax = 3;  // characters

std::uint32_t LengthOf(const Word& word) { return word.end - word.begin; }

// A single letter, and one more that is near.
bool IsSingle(const Word* word) { return LengthOf(*word) == 1; }
bool AreSingle(const Word* word) {
  return IsSingle(word) && IsSingle(word + 1) && (word + 1)->begin - word->end <= kGapMax;
}

// What is between a word and the next one; one sign is like any other.
std::u32string_view GapBehind(const Text& text, const Word* word) {
  const Word gap{word->end, (word + 1)->begin};
  if (LengthOf(gap) == 1 && !IsSpace(text.traits[gap.begin])) return U"*";
  return Slice(text, gap);
}

// What is between most of the words [begin, end) if it is so for more than half of them.
std::u32string_view UsualGap(const Text& text, const Word* begin, const Word* end) {
  std::u32string_view usual;
  std::size_t votes = 0;
  for (const Word* word = begin; word + 1 < end; ++word) {
    const std::u32string_view gap = GapBehind(text, word);
    if (votes == 0) usual = gap;
    if (usual == gap) {
      ++votes;
    } else {
      --votes;
    }
  }
  return usual;
}

// Calls visit(first, end) for the rows of single letters among words [begin, end) with the same
// between all of them.
template <typename Visit>
void ForEachRow(const Text& text, const Word* begin, const Word* end, const Visit& visit) {
  for (const Word* word = begin; word < end;) {
    const Word* run_end = word + 1;
    while (run_end < end && AreSingle(run_end - 1)) ++run_end;
    const std::u32string_view gap = UsualGap(text, word, run_end);
    while (word < run_end) {
      const Word* const first = word++;
      while (word < run_end && GapBehind(text, word - 1) == gap) ++word;
      if (IsSingle(first)) visit(first, word);
    }
  }
}

std::u32string Join(const Text& text, const Word* begin, const Word* end) {
  std::u32string joined;
  for (const Word* word = begin; word < end; ++word) joined += Slice(text, *word);
  return joined;
}

}  // namespace

bool JoinSpacedOut(const Words& words, Text* text) {
  if (words.single_row < kJoinedLettersMin) return false;
  std::vector<Word> dropped;
  ForEachRow(*text, words.places.begin(), words.places.end(),
             [&](const Word* first, const Word* end) {
               if (end - first < kJoinedLettersMin) return;
               // Digits in a row are a number as they stand.
               const auto digits = std::count_if(first, end, [&](const Word& word) {
                 return (text->traits[word.begin] & kReadsAsDigit) != 0;
               });
               if (digits * 2 > end - first) return;
               for (; first + 1 < end; ++first) dropped.push_back({first->end, (first + 1)->begin});
             });
  if (dropped.empty()) return false;
  if (text->one_to_one) text->EndOneToOne();
  text->Drop(dropped);
  return true;
}

void AddSpacedOut(const Text& text, const Words& words, Revealer* revealer, Sink* sink) {
  if (words.short_row < kSpacedLettersMin) return;
  const std::uint64_t seed = MixHash(Sink::Seed(View::kDisguise), 1);
  const Word* const last = words.places.end();
  for (const Word* word = words.places.begin(); word < last;) {
    const Word* end = word;
    while (end < last && LengthOf(*end) <= 2 &&
           (end == word || end->begin - (end - 1)->end <= kGapMax)) {
      ++end;
    }
    if (end - word >= kSpacedLettersMin) {
      const Word place{word->begin, (end - 1)->end};
      AddWordPlaced(text, View::kDisguise, HashCodePoints(seed, Join(text, word, end)), place,
                    sink);
      sink->AddNamed(View::kDisguise, "a spaced-out word");
      ForEachRow(text, word, end, [&](const Word* first, const Word* row_end) {
        if (row_end - first < kSpacedLettersMin) return;
        const auto at = static_cast<std::size_t>(first - words.places.begin());
        revealer->Add(at, at + static_cast<std::size_t>(row_end - first) - 1,
                      Join(text, first, row_end), {first->begin, (row_end - 1)->end});
      });
    }
    word = std::max(end, word + 1);
  }
}

}  // namespace replyguard::classifier
