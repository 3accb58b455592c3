#include "views/reveal.h"

#include <algorithm>
#include <array>
#include <string>

#include "normalise/context_reading.h"
#include "views/gram_views.h"
#include "views/sketch_view.h"
#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

template <View kView, std::size_t kN>
void AddRevealedGrams(const Text& text, std::u32string_view padded, Word place, Sink* sink) {
  ForEachGram<kN>(padded, GramSeed(kView, kN), [&](std::size_t, std::uint64_t hash) {
    AddWordPlaced(text, kView, hash, place, sink);
  });
}

bool IsLetter(CharTraits traits) { return (traits & TraitOf(CharKind::kLetter)) != 0; }
std::uint32_t LengthOf(const Word& word) { return word.end - word.begin; }

// What belongs to a contraction, which hides nothing: don't, we'll.
bool IsContraction(std::u32string_view after_quote) {
  constexpr std::u32string_view kEndings[] = {U"s", U"t", U"m", U"d", U"re", U"ve", U"ll"};
  return std::find(std::begin(kEndings), std::end(kEndings), after_quote) != std::end(kEndings);
}

// The runs of one letter in a word: how many, the shortest and the longest.
struct Runs {
  std::size_t count = 0;
  std::size_t least = ~std::size_t{0};
  std::size_t most = 0;
};

template <typename Visit>
void ForEachRun(std::u32string_view word, const Visit& visit) {
  for (std::size_t i = 0; i < word.size();) {
    std::size_t end = i + 1;
    while (end < word.size() && word[end] == word[i]) ++end;
    visit(word[i], end - i);
    i = end;
  }
}

// Whether it holds what only common words read from their end are.
bool LooksReversed(const Words& words) {
  constexpr std::size_t kFoundMin = 2;
  constexpr std::size_t kWordsAFound = 12;
  constexpr std::array kReversed = {
      HashWord(U"eht"),  HashWord(U"dna"),   HashWord(U"uoy"),   HashWord(U"rof"),
      HashWord(U"siht"), HashWord(U"taht"),  HashWord(U"ruoy"),  HashWord(U"htiw"),
      HashWord(U"evah"), HashWord(U"morf"),  HashWord(U"tuoba"), HashWord(U"erom"),
      HashWord(U"moc"),  HashWord(U"ptth"),  HashWord(U"sptth"), HashWord(U"eerf"),
      HashWord(U"gnay"), HashWord(U"kadit"), HashWord(U"kutnu"), HashWord(U"aguj")};
  // Bits that some of them have: few other words need to be compared with each.
  constexpr unsigned kBits = 10;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  constexpr auto kMarks = [&] {
    std::array<bool, kMask + 1> marks{};
    for (const std::uint64_t hash : kReversed) marks[hash & kMask] = true;
    return marks;
  }();
  const bool* const marks = kMarks.data();
  std::size_t found = 0;
  for (const std::uint64_t hash : words.hashes) {
    if (!marks[hash & kMask]) [[likely]]
      continue;
    found += std::find(kReversed.begin(), kReversed.end(), hash) != kReversed.end() ? 1U : 0U;
  }
  return found >= kFoundMin && found * kWordsAFound >= words.places.size();
}

}  // namespace

std::uint64_t Revealer::AddAlone(std::u32string_view word, Word place) {
  const std::uint64_t hash = HashWord(word);
  const std::size_t words = sink_->set(View::kWord).hashes().size();
  AddWordPlaced(text_, View::kWord, WordFeature(hash), place, sink_);
  if (sink_->set(View::kWord).hashes().size() > words) AddSketch(text_, word, place, words, sink_);
  std::u32string padded = U" ";
  padded += word;
  padded += U' ';
  AddRevealedGrams<View::kChar3, 3>(text_, padded, place, sink_);
  AddRevealedGrams<View::kChar4, 4>(text_, padded, place, sink_);
  return hash;
}

void Revealer::Add(std::size_t first, std::size_t last, std::u32string_view word, Word place) {
  revealed_.push_back({first, last, AddAlone(word, place)});
}

void Revealer::AddCompact(std::u32string_view word, Word place) {
  std::u32string squeezed(word);
  std::erase_if(squeezed, IsVowel);
  squeezed.erase(std::unique(squeezed.begin(), squeezed.end()), squeezed.end());
  AddRevealedGrams<View::kCompact, 4>(text_, squeezed, place, sink_);
}

void Revealer::AddPairs() {
  if (revealed_.empty()) return;
  std::stable_sort(revealed_.begin(), revealed_.end(),
                   [](const Revealed& a, const Revealed& b) { return a.first < b.first; });
  const Revealed* at = revealed_.data();
  const Revealed* const end = at + revealed_.size();
  Revealed previous{};
  bool previous_hides = false;
  for (std::size_t i = 0; i < words_.places.size(); i = previous.last + 1) {
    while (at < end && at->first < i) ++at;
    const bool hides = at < end && at->first == i;
    const Revealed word = hides ? *at : Revealed{i, i, words_.hashes[i]};
    if (i > 0 && (hides || previous_hides)) {
      AddWordPlaced(text_, View::kWordPair, WordPairFeature(previous.hash, word.hash),
                    {words_.places[previous.first].begin, words_.places[word.last].end}, sink_);
    }
    previous = word;
    previous_hides = hides;
  }
}

void RevealJoined(const Text& text, const Words& words, Revealer* revealer) {
  constexpr std::uint32_t kLettersMin = 4;
  if ((words.text_traits & kPartsWord) == 0) return;
  const std::size_t count = words.places.size();
  const auto parts = [&](std::uint32_t at) { return (text.traits[at] & kPartsWord) != 0; };
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const Word& first = words.places[i];
    if (!parts(first.end)) continue;
    const Word& second = words.places[i + 1];
    if (second.begin != first.end + 1) continue;
    const char32_t sign = text.folded[first.end];
    if (((words.traits[i].all & words.traits[i + 1].all) & TraitOf(CharKind::kLetter)) == 0 ||
        LengthOf(first) + LengthOf(second) < kLettersMin) {
      continue;
    }
    // More than two parts are a compound or spaced out.
    const bool joins_more =
        (i > 0 && first.begin == words.places[i - 1].end + 1 && parts(first.begin - 1)) ||
        (i + 2 < count && words.places[i + 2].begin == second.end + 1 && parts(second.end));
    if (joins_more) continue;
    if ((sign == U'\'' || sign == 0x2019) && IsContraction(Slice(text, second))) continue;
    std::u32string joined(Slice(text, first));
    joined += Slice(text, second);
    revealer->Add(i, i + 1, joined, {first.begin, second.end});
  }
}

void RevealRepeats(const Text& text, const Words& words, const Tally& tally, Revealer* revealer) {
  constexpr std::size_t kLettersMin = 4;
  constexpr std::size_t kRunsMin = 2;
  constexpr std::size_t kStretchedMin = 3;
  constexpr std::uint64_t kCharactersADouble = 4;  // at most, in a text of doubled letters
  const bool doubled = tally.doubles * kCharactersADouble >= text.source.size();
  if (!doubled && tally.first_letter_repeat > tally.last_letter_repeat) return;
  std::u32string plain;
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    if (!doubled && (text.Origin(words.places[i].end - 1) < tally.first_letter_repeat ||
                     text.Origin(words.places[i].begin) > tally.last_letter_repeat)) {
      continue;
    }
    const std::u32string_view word = Slice(text, words.places[i]);
    if (word.size() < kLettersMin || !IsLetter(words.traits[i].all)) continue;
    Runs runs;
    ForEachRun(word, [&](char32_t, std::size_t length) {
      ++runs.count;
      runs.least = std::min(runs.least, length);
      runs.most = std::max(runs.most, length);
    });
    if (runs.count < kRunsMin) continue;  // www, xxx
    // Each run of letters as `read(length)` of them.
    const auto add = [&](const auto& read) {
      plain.clear();
      ForEachRun(word, [&](char32_t c, std::size_t length) { plain.append(read(length), c); });
      revealer->Add(i, i, plain, words.places[i]);
    };
    if (runs.least > 1) {
      add([&](std::size_t length) { return length / runs.least; });
    } else if (runs.most >= kStretchedMin) {
      add([](std::size_t length) { return length < kStretchedMin ? length : 1; });
      add([](std::size_t length) { return length < kStretchedMin ? length : 2; });
    }
  }
}

void RevealReversed(const Text& text, const Words& words, Revealer* revealer, Sink* sink) {
  constexpr char32_t kOverride = 0x202E;
  constexpr char32_t kPop = 0x202C;
  const char32_t* const source = text.source.data();
  const char32_t* const source_end = source + text.source.size();
  // It folds to nothing.
  const bool overridden =
      !text.one_to_one && std::find(source, source_end, kOverride) != source_end;
  // What is turned upside down as a whole begins with its end.
  const bool turned = (words.text_traits & kRotatedLetter) != 0;
  const bool all = LooksReversed(words) || (turned && IsUpsideDown(text, 0, text.folded.size()));
  if (!overridden && !turned && !all) return;
  bool reversed = false;
  std::size_t read = 0;  // source characters
  std::u32string word;
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    for (const std::size_t begin = text.Origin(words.places[i].begin); read < begin; ++read) {
      if (source[read] == kOverride) reversed = true;
      if (source[read] == kPop || source[read] == U'\n') reversed = false;
    }
    const auto [first, last] = words.places[i];
    if (!reversed && !all && !(turned && IsUpsideDown(text, first, last))) continue;
    word = Slice(text, words.places[i]);
    std::reverse(word.begin(), word.end());
    revealer->Add(i, i, word, words.places[i]);
    revealer->AddCompact(word, words.places[i]);
    sink->AddNamed(View::kDisguise, "a reversed word");
  }
}

}  // namespace replyguard::classifier
