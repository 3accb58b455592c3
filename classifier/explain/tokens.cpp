#include "explain/tokens.h"

#include <algorithm>

#include "math/hash.h"

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

void Tokens::AddToken(TokenKind kind, Word place, Numbers* numbers) {
  const std::uint32_t first = text_.Origin(place.begin);
  const std::uint32_t last = text_.Origin(place.end - 1);
  if (owner_[first] != kNone || owner_[last] != kNone) return;
  std::uint32_t& number =
      numbers->Upsert(HashCodePoints(static_cast<std::uint64_t>(kind), Slice(text_, place)));
  if (number == 0) {
    tokens_.push_back({kind, place, 0, {}});
    number = static_cast<std::uint32_t>(tokens_.size());
  }
  std::fill(owner_.begin() + first, owner_.begin() + last + 1,
            static_cast<std::uint32_t>(places_.size()));
  places_.push_back({first, last, number - 1});
}

Tokens::Tokens(const Text& text, const Scratch<Word>& words, const std::vector<Word>& links)
    : text_(text), owner_(text.source.size(), kNone) {
  const std::size_t expected = words.size() + links.size() + 8;
  Numbers numbers(expected);
  tokens_.reserve(expected);
  places_.reserve(expected);
  for (const Word& link : links) AddToken(TokenKind::kLink, link, &numbers);
  for (const Word& word : words) AddToken(TokenKind::kWord, word, &numbers);
  const auto is_symbol = [&](std::uint32_t i) {
    return owner_[text.Origin(i)] == kNone && !IsSpace(text.traits[i]);
  };
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!is_symbol(i)) continue;
    const std::uint32_t begin = i;
    while (i < size && is_symbol(i)) ++i;
    AddToken(TokenKind::kSymbols, {begin, i}, &numbers);
  }
  steps_.resize(owner_.size() + 1);
  owned_before_.resize(owner_.size() + 1);
  for (std::size_t i = 0; i < owner_.size(); ++i) {
    owned_before_[i + 1] = owned_before_[i] + (owner_[i] != kNone ? 1U : 0U);
  }
}

void Tokens::Share(std::uint32_t first, std::uint32_t last, RawScore score) {
  const std::uint32_t owned = owned_before_[last + 1] - owned_before_[first];
  if (owned == 0) return;
  const RawScore each = score / static_cast<RawScore>(owned);
  steps_[first] += each;
  steps_[last + 1] -= each;
}

void Tokens::Settle() {
  RawScore here = 0;
  for (std::size_t i = 0; i < owner_.size(); ++i) {
    here += steps_[i];
    if (owner_[i] != kNone) tokens_[places_[owner_[i]].token].score += here;
  }
}

Token* Tokens::At(std::uint32_t first, std::uint32_t last) {
  if (owner_[first] == kNone) return nullptr;
  const Place& place = places_[owner_[first]];
  return place.first == first && place.last == last ? &tokens_[place.token] : nullptr;
}

std::vector<Reason::Span> Tokens::SpansOf(const Token& token) const {
  const auto number = static_cast<std::uint32_t>(&token - tokens_.data());
  std::vector<Reason::Span> spans;
  for (const Place& place : places_) {
    if (place.token != number) continue;
    spans.push_back({text_.offsets[place.first], text_.offsets[place.last + 1]});
  }
  return spans;
}

}  // namespace replyguard::classifier
