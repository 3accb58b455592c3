// What a person sees as one thing in a comment's body: a link, a word, a run of symbols. Reasons
// are given by token.
//
// Ownership: refers to the text, which outlives it. Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "classifier/model.h"
#include "math/hash_table.h"
#include "normalise/text.h"
#include "views/emit.h"

namespace replyguard::classifier {

enum class TokenKind : std::uint8_t { kLink, kWord, kSymbols };

// "link", "word" or "symbols".
const char* TokenKindName(TokenKind kind);

// One token wherever it occurs.
struct Token {
  TokenKind kind = TokenKind::kWord;
  Word place;  // where it is first
  RawScore score = 0;
  std::optional<Reason::Counts> counts;
};

class Tokens {
 public:
  // The tokens of a body, each scored 0. A word inside a link belongs to it.
  // REQUIRES: text.has_offsets.
  Tokens(const Text& text, const Scratch<Word>& words, const std::vector<Word>& links);

  // Shares a feature's score out among the tokens of source characters [first, last], by how many
  // of these each has, white space aside; what is left of the division by these stays with nobody.
  // Takes effect by Settle(). REQUIRES: last is a character of the body.
  void Share(std::uint32_t first, std::uint32_t last, RawScore score);
  // Gives the tokens their scores. Once, after all that is shared out.
  void Settle();

  // The token that is exactly these characters; null: none is.
  Token* At(std::uint32_t first, std::uint32_t last);

  const std::vector<Token>& all() const { return tokens_; }
  // As it reads, undisguised.
  std::u32string_view Reading(const Token& token) const { return Slice(text_, token.place); }
  // Where the token is, ascending.
  std::vector<Reason::Span> SpansOf(const Token& token) const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // One place of a token: source characters, first to last.
  struct Place {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint32_t token = 0;
  };

  using Numbers = HashTable<std::uint32_t>;  // of tokens by kind and text; one up

  void AddToken(TokenKind kind, Word place, Numbers* numbers);

  const Text& text_;
  std::vector<Token> tokens_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> owner_;         // source character -> place, or kNone
  std::vector<std::uint32_t> owned_before_;  // how many characters before this one have an owner
  std::vector<RawScore> steps_;  // of what a character gets, how much more than the one before
};

}  // namespace replyguard::classifier
