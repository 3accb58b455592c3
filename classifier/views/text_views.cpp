#include "views/text_views.h"

#include <bit>
#include <string_view>

namespace replyguard::classifier {
namespace {

bool IsWordChar(const CharInfo& info) {
  return info.kind == CharKind::kLetter || info.kind == CharKind::kDigit ||
         info.kind == CharKind::kMark;
}

std::string ToUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xC0 | (c >> 6)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | (c >> 12)));
      out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
      out.push_back(static_cast<char>(0xF0 | (c >> 18)));
      out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
      out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
  }
  return out;
}

std::u32string_view Slice(const Text& text, std::uint32_t begin, std::uint32_t end) {
  return std::u32string_view(text.folded).substr(begin, end - begin);
}

// Adds the feature; [begin, end) in Text::folded is its place.
void AddPlaced(const Text& text, View view, std::uint64_t hash, std::uint32_t begin,
               std::uint32_t end, Sink* sink) {
  sink->Add(view, hash);
  if (!sink->tracing() || begin >= end) return;
  sink->AddTrace({hash, view, text.source[text.origin[begin]].begin,
                  text.source[text.origin[end - 1]].end, ToUtf8(Slice(text, begin, end))});
}

std::uint64_t LogBucket(std::uint64_t n) { return static_cast<std::uint64_t>(std::bit_width(n)); }

}  // namespace

void FindWords(const Text& text, std::vector<Word>* words) {
  words->clear();
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  std::uint32_t i = 0;
  while (i < size) {
    if (!IsWordChar(*text.source[text.origin[i]].info)) {
      ++i;
      continue;
    }
    const std::uint32_t begin = i;
    while (i < size && IsWordChar(*text.source[text.origin[i]].info)) ++i;
    words->push_back({begin, i});
  }
}

void AddWords(const Text& text, const std::vector<Word>& words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kWord);
  for (const Word& word : words) {
    AddPlaced(text, View::kWord, HashCodePoints(seed, Slice(text, word.begin, word.end)),
              word.begin, word.end, sink);
  }
}

void AddWordPairs(const Text& text, const std::vector<Word>& words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kWordPair);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::uint64_t first =
        HashCodePoints(seed, Slice(text, words[i - 1].begin, words[i - 1].end));
    AddPlaced(text, View::kWordPair,
              HashCodePoints(first, Slice(text, words[i].begin, words[i].end)), words[i - 1].begin,
              words[i].end, sink);
  }
}

void Squeeze(const Text& text, Squeezed* out) {
  out->text.assign(1, U' ');
  out->origin.assign(1, Squeezed::kNoOrigin);
  for (std::uint32_t i = 0; i < text.folded.size(); ++i) {
    const bool space = text.source[text.origin[i]].info->kind == CharKind::kSpace;
    if (space && out->text.back() == U' ') continue;
    out->text.push_back(space ? U' ' : text.folded[i]);
    out->origin.push_back(i);
  }
  if (out->text.back() != U' ') {
    out->text.push_back(U' ');
    out->origin.push_back(Squeezed::kNoOrigin);
  }
}

void AddCharGrams(const Text& text, const Squeezed& squeezed, View view, std::size_t n,
                  Sink* sink) {
  if (squeezed.text.size() < n) return;
  const std::uint64_t seed = Sink::Seed(view);
  const std::u32string_view all(squeezed.text);
  for (std::size_t i = 0; i + n <= all.size(); ++i) {
    const std::uint64_t hash = HashCodePoints(seed, all.substr(i, n));
    sink->Add(view, hash);
    if (!sink->tracing()) continue;
    std::size_t first = i;
    std::size_t last = i + n - 1;
    while (first < last && squeezed.origin[first] == Squeezed::kNoOrigin) ++first;
    while (last > first && squeezed.origin[last] == Squeezed::kNoOrigin) --last;
    if (squeezed.origin[first] == Squeezed::kNoOrigin) continue;
    sink->AddTrace({hash, view, text.source[text.origin[squeezed.origin[first]]].begin,
                    text.source[text.origin[squeezed.origin[last]]].end, ToUtf8(all.substr(i, n))});
  }
}

void AddShape(const Text& text, const std::vector<Word>& words, Sink* sink) {
  std::uint64_t letters = 0, upper = 0, digits = 0, emoji = 0, styled = 0, lookalike = 0,
                punctuation = 0, ignorable = 0;
  for (const SourceChar& c : text.source) {
    letters += c.info->kind == CharKind::kLetter;
    upper += c.info->upper;
    digits += c.info->kind == CharKind::kDigit;
    emoji += c.info->kind == CharKind::kEmoji;
    styled += c.info->style == CharStyle::kStyled;
    lookalike += c.info->style == CharStyle::kLookalike;
    punctuation += c.info->kind == CharKind::kPunctuation;
    ignorable += c.info->kind == CharKind::kIgnorable;
  }
  std::uint64_t links = 0;
  const std::u32string_view folded(text.folded);
  for (std::size_t at = folded.find(U"http"); at != folded.npos; at = folded.find(U"http", at + 4))
    ++links;
  for (std::size_t at = folded.find(U"www."); at != folded.npos; at = folded.find(U"www.", at + 4))
    ++links;
  sink->AddNamed(View::kShape, "length bucket", LogBucket(text.source.size()));
  sink->AddNamed(View::kShape, "words bucket", LogBucket(words.size()));
  sink->AddNamed(View::kShape, "digits bucket", LogBucket(digits));
  sink->AddNamed(View::kShape, "emoji bucket", LogBucket(emoji));
  sink->AddNamed(View::kShape, "links bucket", LogBucket(links));
  sink->AddNamed(View::kShape, "styled letters bucket", LogBucket(styled));
  sink->AddNamed(View::kShape, "look-alike letters bucket", LogBucket(lookalike));
  sink->AddNamed(View::kShape, "punctuation bucket", LogBucket(punctuation));
  sink->AddNamed(View::kShape, "invisible characters bucket", LogBucket(ignorable));
  if (letters > 0) sink->AddNamed(View::kShape, "capitals in eighths", upper * 8 / letters);
}

void AddAuthor(const Text& name, const std::vector<Word>& words, const Squeezed& squeezed,
               Sink* sink) {
  const std::uint64_t word_seed = MixHash(Sink::Seed(View::kAuthor), 1);
  for (const Word& word : words) {
    const std::u32string_view letters = Slice(name, word.begin, word.end);
    const std::uint64_t hash = HashCodePoints(word_seed, letters);
    sink->Add(View::kAuthor, hash);
    if (sink->tracing()) sink->AddTrace({hash, View::kAuthor, 0, 0, ToUtf8(letters)});
  }
  constexpr std::size_t kGram = 4;
  const std::uint64_t gram_seed = MixHash(Sink::Seed(View::kAuthor), 2);
  const std::u32string_view all(squeezed.text);
  for (std::size_t i = 0; i + kGram <= all.size(); ++i) {
    const std::uint64_t hash = HashCodePoints(gram_seed, all.substr(i, kGram));
    sink->Add(View::kAuthor, hash);
    if (sink->tracing()) sink->AddTrace({hash, View::kAuthor, 0, 0, ToUtf8(all.substr(i, kGram))});
  }
}

}  // namespace replyguard::classifier
