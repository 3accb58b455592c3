#include "views/author_view.h"

#include <algorithm>

namespace replyguard::classifier {

namespace {

// Whether a word of the name that is long enough to tell is a word of the body.
bool IsInBody(const Text& name, const Words& words, const std::vector<std::uint64_t>& body_words) {
  constexpr std::size_t kTellingLetters = 4;
  std::vector<std::uint64_t> telling;
  for (const Word& word : words.places) {
    const std::u32string_view letters = Slice(name, word);
    if (letters.size() >= kTellingLetters) telling.push_back(HashCodePoints(0, letters));
  }
  if (telling.empty()) return false;
  std::sort(telling.begin(), telling.end());
  return std::any_of(body_words.begin(), body_words.end(), [&](std::uint64_t hash) {
    return std::binary_search(telling.begin(), telling.end(), hash);
  });
}

}  // namespace

void HashWords(const Text& text, const Words& words, std::vector<std::uint64_t>* hashes) {
  hashes->clear();
  for (const Word& word : words.places) hashes->push_back(HashCodePoints(0, Slice(text, word)));
}

void AddAuthor(const Text& name, const Words& words, const Squeezed& squeezed,
               const std::vector<std::uint64_t>& body_words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kAuthor);
  Trace trace;
  if (sink->explaining()) {
    const std::u32string_view all = squeezed.view();
    trace.subject = sink->AddSubject(View::kAuthor, ToUtf8(all.substr(1, all.size() - 2)));
  }
  sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 3), squeezed.view()), trace);
  for (const Word& word : words.places) {
    const std::u32string_view letters = Slice(name, word);
    sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 1), letters), trace);
  }
  if (IsInBody(name, words, body_words)) {
    sink->AddNamed(View::kAuthor, "the name is in the text");
  }
  constexpr std::size_t kGram = 4;
  const std::u32string_view all = squeezed.view();
  for (std::size_t i = 0; i + kGram <= all.size(); ++i) {
    sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 2), all.substr(i, kGram)), trace);
  }
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
