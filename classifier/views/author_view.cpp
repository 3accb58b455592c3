#include "views/author_view.h"

#include <algorithm>

namespace replyguard::classifier {
void HashWords(const Text& text, const std::vector<Word>& words,
               std::vector<std::uint64_t>* hashes) {
  hashes->clear();
  for (const Word& word : words) hashes->push_back(HashCodePoints(0, Slice(text, word)));
  std::sort(hashes->begin(), hashes->end());
}

void AddAuthor(const Text& name, const std::vector<Word>& words, const Squeezed& squeezed,
               const std::vector<std::uint64_t>& body_words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kAuthor);
  Trace trace;
  if (sink->explaining()) {
    const std::u32string_view all(squeezed.text);
    trace.subject = sink->AddSubject(View::kAuthor, ToUtf8(all.substr(1, all.size() - 2)));
  }
  sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 3), squeezed.text), trace);
  for (const Word& word : words) {
    const std::u32string_view letters = Slice(name, word);
    sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 1), letters), trace);
    constexpr std::size_t kTellingLetters = 4;
    if (letters.size() >= kTellingLetters &&
        std::binary_search(body_words.begin(), body_words.end(), HashCodePoints(0, letters))) {
      sink->AddNamed(View::kAuthor, "the name is in the text");
    }
  }
  constexpr std::size_t kGram = 4;
  const std::u32string_view all(squeezed.text);
  for (std::size_t i = 0; i + kGram <= all.size(); ++i) {
    sink->Add(View::kAuthor, HashCodePoints(MixHash(seed, 2), all.substr(i, kGram)), trace);
  }
  std::uint64_t digits = 0;
  std::uint64_t upper = 0;
  for (const SourceChar& c : name.source) {
    digits += c.info->kind == CharKind::kDigit;
    upper += c.info->upper;
  }
  sink->AddNamed(View::kAuthor, "words of the name", words.size());
  sink->AddNamed(View::kAuthor, "digits of the name", LogBucket(digits));
  sink->AddNamed(View::kAuthor, "length of the name", LogBucket(name.source.size()));
  sink->AddNamed(View::kAuthor, "capitals of the name", LogBucket(upper));
}

}  // namespace replyguard::classifier
