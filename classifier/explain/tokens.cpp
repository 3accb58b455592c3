#include "explain/tokens.h"

#include <algorithm>

#include "math/hash.h"
#include "views/emit.h"

namespace replyguard::classifier {

const char* TokenKindName(TokenKind kind) {
  switch (kind) {
    case TokenKind::kLink:
      return "link";
    case TokenKind::kWord:
      return "word";
    case TokenKind::kSymbols:
      return "symbols";
  }
  return "";
}

void Tokens::AddToken(const Text& text, TokenKind kind, Word place, Numbers* numbers) {
  const std::uint32_t first = text.Origin(place.begin);
  const std::uint32_t last = text.Origin(place.end - 1);
  if (owner_[first] != kNone || owner_[last] != kNone) return;
  const std::u32string_view folded = Slice(text, place);
  std::uint32_t& number = numbers->Upsert(HashCodePoints(static_cast<std::uint64_t>(kind), folded));
  if (number == 0) {
    tokens_.push_back({kind, ToUtf8(folded), {}, 0, {}});
    number = static_cast<std::uint32_t>(tokens_.size());
  }
  tokens_[number - 1].spans.push_back({text.offsets[first], text.offsets[last + 1]});
  std::fill(owner_.begin() + first, owner_.begin() + last + 1, number - 1);
}

Tokens::Tokens(const Text& text, const Scratch<Word>& words, const std::vector<Word>& links)
    : owner_(text.source.size(), kNone) {
  Numbers numbers;
  for (const Word& link : links) AddToken(text, TokenKind::kLink, link, &numbers);
  for (const Word& word : words) AddToken(text, TokenKind::kWord, word, &numbers);
  const auto is_symbol = [&](std::uint32_t i) {
    return owner_[text.Origin(i)] == kNone && !IsSpace(text.traits[i]);
  };
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!is_symbol(i)) continue;
    const std::uint32_t begin = i;
    while (i < size && is_symbol(i)) ++i;
    AddToken(text, TokenKind::kSymbols, {begin, i}, &numbers);
  }
}

void Tokens::Share(std::uint32_t first, std::uint32_t last, RawScore score) {
  RawScore owned = 0;
  for (std::uint32_t i = first; i <= last; ++i) owned += owner_[i] != kNone;
  // What is left of the score goes by what is left of the characters, so that it all goes.
  for (std::uint32_t i = first; owned > 0; ++i) {
    if (owner_[i] == kNone) continue;
    const RawScore part = score / owned;
    tokens_[owner_[i]].score += part;
    score -= part;
    --owned;
  }
}

Token* Tokens::At(std::uint32_t first, std::uint32_t last) {
  const std::uint32_t owner = owner_[first];
  if (owner == kNone || owner_[last] != owner) return nullptr;
  if (first > 0 && owner_[first - 1] == owner) return nullptr;
  if (last + 1 < owner_.size() && owner_[last + 1] == owner) return nullptr;
  return &tokens_[owner];
}

}  // namespace replyguard::classifier
