// Characters that people read as ASCII letters though Unicode does not say so.
//
// Thread-safety: pure functions.
#pragma once

namespace replyguard::classifier {

// The letter or sign that `c` always reads as, or 0: small capitals, enclosed and stroked letters,
// letters of scripts that hardly anybody writes comments in.
char32_t ReadLookalike(char32_t c);

// The letter that a character of a confusable skeleton reads as, or 0: Unicode's skeleton of a
// Cyrillic letter is often a small capital.
char32_t ReadSkeleton(char32_t c);

// The letter that a currency or another sign reads as inside a word, or 0.
char32_t ReadCurrency(char32_t c);

// The letter that an ideograph, or a letter of Thai, Hebrew, Arabic or Armenian, reads as in a text
// that holds hardly any other letter of these, or 0.
char32_t ReadShape(char32_t c);

// The letter that a Cyrillic or Greek one, which is no look-alike, is written for among Latin ones,
// or 0: ЯЕД, ΛΞSTHΞTIC.
char32_t ReadFaux(char32_t c);

// Whether `c` is a letter turned upside down that is seldom used for anything else.
bool IsRotated(char32_t c);

// What b, d, n, p, q and u read as when upside down; any other as itself.
char32_t ReadRotated(char32_t c);

// A combining mark of Latin, Greek or Cyrillic letters, which people read past.
constexpr bool IsDroppedMark(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0489) ||
         (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

}  // namespace replyguard::classifier
