#include "views/mixed_scripts.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

constexpr CharTraits kLatin = TraitOf(ScriptGroup::kLatin);
// Scripts that share most of their letters' shapes with Latin.
constexpr CharTraits kSharing = TraitOf(ScriptGroup::kCyrillic) | TraitOf(ScriptGroup::kGreek);
constexpr CharTraits kAlphabets = kLatin | kSharing;
constexpr CharTraits kLookalike = TraitOf(CharStyle::kLookalike);
constexpr CharTraits kStyled = TraitOf(CharStyle::kStyled);

bool HoldsTwo(CharTraits traits) { return (traits & (traits - 1)) != 0; }

// The script that most letters are of, Latin if as many are.
CharTraits MainScript(const Tally& tally) {
  auto main = ScriptGroup::kLatin;
  for (const ScriptGroup group : {ScriptGroup::kCyrillic, ScriptGroup::kGreek,
                                  ScriptGroup::kIdeographic, ScriptGroup::kOther}) {
    if (tally.scripts[static_cast<std::size_t>(group)] >
        tally.scripts[static_cast<std::size_t>(main)]) {
      main = group;
    }
  }
  return TraitOf(main);
}

// Whether letters of another script stand between Latin ones, or Latin ones between those.
bool Alternates(const Text& text, const Word& word) {
  constexpr int kChangesMin = 2;
  int changes = 0;
  CharTraits last = 0;
  for (std::uint32_t i = word.begin; i < word.end; ++i) {
    const CharTraits script = text.traits[i] & (kLatin | TraitOf(ScriptGroup::kOther));
    if (script == 0) continue;
    changes += last != 0 && script != last ? 1 : 0;
    last = script;
  }
  return changes >= kChangesMin;
}

std::uint64_t CountWith(const Text& text, const Word& word, CharTraits traits) {
  const CharTraits* const of = text.traits.data();
  return static_cast<std::uint64_t>(std::count_if(
      of + word.begin, of + word.end, [=](CharTraits each) { return (each & traits) != 0; }));
}

// Whether a text in another script than Latin has nothing but look-alikes of Latin letters.
bool IsAllLookalikes(const Tally& tally) {
  constexpr std::uint64_t kLettersMin = 16;  // an honest word or two may have
  constexpr std::uint64_t kOthersShare = 20;
  std::uint64_t letters = 0;
  for (const ScriptGroup group :
       {ScriptGroup::kCyrillic, ScriptGroup::kGreek, ScriptGroup::kOther}) {
    letters += tally.scripts[static_cast<std::size_t>(group)];
  }
  return tally.lookalike >= kLettersMin && (letters - tally.lookalike) * kOthersShare <= letters;
}

}  // namespace

MixedScripts FindMixedScripts(const Text& text, const Words& words, const Tally& tally) {
  MixedScripts mixed;
  constexpr CharTraits kTelling = kSharing | TraitOf(ScriptGroup::kOther) | kLookalike | kStyled;
  if ((words.text_traits & kTelling) == 0) return mixed;
  const CharTraits main = MainScript(tally);
  const bool in_disguise = main != kLatin && IsAllLookalikes(tally);
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    const auto [any, all] = words.traits[i];
    if ((any & kTelling) == 0) continue;
    const bool lookalikes = (any & kLookalike) != 0;
    const bool mixes =
        HoldsTwo(any & kAlphabets) ||
        (lookalikes && (any & kLatin) != 0 && (any & kSharing) == 0 && Alternates(text, word));
    mixed.words += mixes || ((any & kStyled) != 0 && (any & kAlphabets) != 0);
    if (mixes) {
      mixed.letters += CountWith(text, word, main == kLatin ? kLookalike : kLatin);
    } else if (in_disguise || (main == kLatin && (all & kLookalike) != 0)) {
      mixed.letters += CountWith(text, word, kLookalike);
    }
  }
  return mixed;
}

}  // namespace replyguard::classifier
