// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/spoken.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "masking/characters.h"
#include "masking/words.h"

namespace replyguard::storage::masking {
namespace {

// A place in a text, or one before its begin. What goes in both directions has a step, 1 or -1.
using Place = std::ptrdiff_t;

// Of a gap that has other characters than spaces and a word's marks: john, at acme.example.
constexpr Place kOtherGapUnitsMax = 4;

class SpokenFinder {
 public:
  SpokenFinder(const std::vector<Unit>& units, std::u32string_view local,
               std::u32string_view domain)
      : units_(units),
        local_(local),
        domain_(domain),
        local_marks_(std::find_if(local.rbegin(), local.rend(), IsAlnum) - local.rbegin()),
        domain_marks_(std::find_if(domain.begin(), domain.end(), IsAlnum) - domain.begin()) {}

  std::vector<Range> Find() const {
    std::vector<Range> found;
    Place done = 0;
    for (Place i = 0; i < static_cast<Place>(units_.size()); ++i) {
      const Place end = AtWordEnd(i);
      const auto range = end == i ? std::nullopt : Around(i, end);
      if (!range || static_cast<Place>(range->begin) < done) continue;
      found.push_back(*range);
      done = static_cast<Place>(range->end);
      i = done - 1;
    }
    return found;
  }

 private:
  char32_t At(Place i) const {
    return i < 0 ? kBadByte : FoldChar(CharAt(units_, static_cast<std::size_t>(i)));
  }

  Place AtWordEnd(Place i) const {
    const char32_t c = At(i);
    if (c == U'@') return i + 1;
    if (!MayBeginAtWord(c) || IsAlnum(At(i - 1))) return i;
    const std::u32string word = Word(i, 1);
    return IsAtWord(word) ? i + static_cast<Place>(word.size()) : i;
  }

  // The address whose @ is what [begin, end) is.
  std::optional<Range> Around(Place begin, Place end) const {
    const bool is_word = At(begin) != U'@';
    const auto domain = PastGap(end, 1, domain_marks_, is_word);
    const auto local = PastGap(begin - 1, -1, local_marks_, is_word);
    if (!domain || !local) return std::nullopt;
    if (*domain == end && *local == begin - 1) return std::nullopt;  // nothing is spoken
    const auto after = Past(domain_, *domain, 1);
    if (!after || !IsEdge(*after - 1, *after)) return std::nullopt;
    const auto before = Past(local_, *local, -1);
    if (!before || !IsEdge(*before + 1, *before)) return std::nullopt;
    return Range{static_cast<std::size_t>(*before + 1), static_cast<std::size_t>(*after)};
  }

  // Past the gap at `i` without its last `kept`, which are the address's; nothing where it is none.
  // It holds neither a word nor, beside an @, another one: each is read from its two ends only.
  std::optional<Place> PastGap(Place i, Place step, Place kept, bool is_word) const {
    const auto is_in = [is_word](char32_t c) {
      return c != kBadByte && !IsAlnum(c) && (is_word || c != U'@');
    };
    Place size = 0;
    while (is_in(At(i + step * size))) ++size;
    size -= kept;
    if (size < (is_word ? 1 : 0)) return std::nullopt;
    if (is_word && size <= kOtherGapUnitsMax) return i + step * size;
    for (Place n = 0; n < size; ++n) {
      const char32_t c = At(i + step * n);
      if (!IsSpace(c) && !IsWordMark(c)) return std::nullopt;
    }
    return i + step * size;
  }

  // The word at `i`, or the begin of one that is longer than any that is looked for.
  std::u32string Word(Place i, Place step) const {
    std::u32string word;
    while (word.size() <= kWordUnitsMax && IsAlnum(At(i))) {
      word.push_back(At(i));
      i += step;
    }
    if (step < 0) std::reverse(word.begin(), word.end());
    return word;
  }

  // Past a word for a dot.
  std::optional<Place> PastDot(Place i, Place step) const {
    const auto begin = PastGap(i, step, 0, true);
    if (!begin) return std::nullopt;
    const std::u32string word = Word(*begin, step);
    if (!IsDotWord(word)) return std::nullopt;
    return PastGap(*begin + step * static_cast<Place>(word.size()), step, 0, true);
  }

  // Past `part`, if that is at `i`; its last character where the step is -1.
  std::optional<Place> Past(std::u32string_view part, Place i, Place step) const {
    for (std::size_t n = 0; n < part.size(); ++n) {
      const char32_t c = part[step > 0 ? n : part.size() - 1 - n];
      if (At(i) == c) {
        i += step;
        continue;
      }
      const auto past = c == U'.' ? PastDot(i, step) : std::nullopt;
      if (!past) return std::nullopt;
      i = *past;
    }
    return i;
  }

  bool IsEdge(Place inside, Place outside) const {
    const char32_t c = At(outside);
    return !IsAlnum(c) || IsSpacelessScript(c) != IsSpacelessScript(At(inside));
  }

  const std::vector<Unit>& units_;
  const std::u32string_view local_;
  const std::u32string_view domain_;
  const Place local_marks_;   // how many end it
  const Place domain_marks_;  // how many begin it
};

}  // namespace

std::vector<Range> FindSpoken(const std::vector<Unit>& text, std::u32string_view local,
                              std::u32string_view domain) {
  return SpokenFinder(text, local, domain).Find();
}

}  // namespace replyguard::storage::masking
