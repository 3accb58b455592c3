#include "views/author_view.h"

#include <algorithm>
#include <vector>

namespace replyguard::classifier {

namespace {

// Whether a word of the name that is long enough to tell is a word of the body.
bool IsInBody(const Words& words, const Words& body) {
  constexpr std::uint32_t kTellingLetters = 4;
  std::vector<std::uint64_t> telling;
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    if (word.end - word.begin >= kTellingLetters) telling.push_back(words.hashes[i]);
  }
  if (telling.empty()) return false;
  std::sort(telling.begin(), telling.end());
  return std::any_of(body.hashes.begin(), body.hashes.end(), [&](std::uint64_t hash) {
    return std::binary_search(telling.begin(), telling.end(), hash);
  });
}

}  // namespace

void AddAuthor(const Text& name, const Words& words, const Squeezed& squeezed, const Words& body,
               Sink* sink) {
  constexpr std::uint64_t kSeed = Sink::Seed(View::kAuthor);
  constexpr std::uint64_t kWordSeed = MixHash(kSeed, 1);
  constexpr std::uint64_t kNameSeed = MixHash(kSeed, 3);
  Trace trace;
  if (sink->explaining()) {
    const std::u32string_view all = squeezed.view();
    trace.subject = sink->AddSubject({View::kAuthor,
                                      [](const Subject& subject) { return subject.rest; },
                                      {},
                                      {},
                                      ToUtf8(all.substr(1, all.size() - 2))});
  }
  sink->Add(View::kAuthor, HashCodePoints(kNameSeed, squeezed.view()), trace);
  for (const std::uint64_t hash : words.hashes) {
    sink->Add(View::kAuthor, MixHash(hash, kWordSeed), trace);
  }
  if (IsInBody(words, body)) sink->AddNamed(View::kAuthor, "the name is in the text");
  constexpr std::size_t kGram = 4;
  ForEachGram<kGram>(
      squeezed.view(), GramSeed(View::kAuthor, kGram),
      [&](std::size_t, std::uint64_t hash) { sink->Add(View::kAuthor, hash, trace); });
  std::uint64_t digits = 0;
  std::uint64_t upper = 0;
  for (const CharTraits traits : name.source_traits()) {
    digits += (traits & TraitOf(CharKind::kDigit)) != 0;
    upper += (traits & kUpper) != 0;
  }
  sink->AddNamed(View::kAuthor, "words of the name", words.places.size());
  sink->AddNamed(View::kAuthor, "digits of the name", LogBucket(digits));
  sink->AddNamed(View::kAuthor, "length of the name", LogBucket(name.source.size()));
  sink->AddNamed(View::kAuthor, "capitals of the name", LogBucket(upper));
}

}  // namespace replyguard::classifier
