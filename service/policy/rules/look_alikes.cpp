// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/look_alikes.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

namespace replyguard::service::policy {
namespace {

struct CloseSpoof {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

// ICU's skeletons, and which letter each is the skeleton of. Built once, then only read.
class Skeletons {
 public:
  Skeletons() {
    UErrorCode status = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&status));
    if (U_FAILURE(status)) checker_.reset();
    // Lower case last: where two letters share a skeleton ("I" and "l"), the lower-case one is
    // meant.
    for (char base : {'A', 'a'}) {
      for (char i = 0; i < 26; ++i) {
        letters_[Of(static_cast<UChar32>(base + i))] = static_cast<char>('a' + i);
      }
    }
  }

  std::optional<char> Letter(UChar32 c) const {
    const auto found = letters_.find(Of(c));
    if (found == letters_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::string Of(UChar32 c) const {
    icu::UnicodeString skeleton;
    UErrorCode status = U_ZERO_ERROR;
    if (checker_)
      uspoof_getSkeletonUnicodeString(checker_.get(), 0, icu::UnicodeString(c), skeleton, &status);
    std::string utf8;
    skeleton.toUTF8String(utf8);
    return utf8;
  }

  std::unique_ptr<USpoofChecker, CloseSpoof> checker_;
  std::map<std::string, char> letters_;
};

struct Styled {
  UChar32 c;
  char letter;
};

// Small capitals, by letter.
constexpr std::array<Styled, 25> kSmallCapitals{
    {{0x1D00, 'a'}, {0x0299, 'b'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'},
     {0xA730, 'f'}, {0x0262, 'g'}, {0x029C, 'h'}, {0x026A, 'i'}, {0x1D0A, 'j'},
     {0x1D0B, 'k'}, {0x029F, 'l'}, {0x1D0D, 'm'}, {0x0274, 'n'}, {0x1D0F, 'o'},
     {0x1D18, 'p'}, {0xA7AF, 'q'}, {0x0280, 'r'}, {0xA731, 's'}, {0x1D1B, 't'},
     {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'}, {0x028F, 'y'}, {0x1D22, 'z'}}};

// Cyrillic letters that stand for Latin ones they resemble turned round or in part.
constexpr std::array<Styled, 10> kFauxCyrillic{{{0x0418, 'n'},
                                                {0x0438, 'n'},
                                                {0x041F, 'n'},
                                                {0x043F, 'n'},
                                                {0x042F, 'r'},
                                                {0x044F, 'r'},
                                                {0x0428, 'w'},
                                                {0x0448, 'w'},
                                                {0x0429, 'w'},
                                                {0x0449, 'w'}}};

// Letters on dark ground: in circles, in squares.
constexpr std::array<UChar32, 2> kNegativeAlphabets = {0x1F150, 0x1F170};

std::optional<char> StyledLetter(UChar32 c) {
  for (const UChar32 first : kNegativeAlphabets) {
    if (c >= first && c < first + 26) return static_cast<char>('a' + (c - first));
  }
  const auto is_it = [c](const Styled& styled) { return styled.c == c; };
  if (const auto* found = std::find_if(kSmallCapitals.begin(), kSmallCapitals.end(), is_it);
      found != kSmallCapitals.end())
    return found->letter;
  return std::nullopt;
}

std::optional<char> AsciiLetter(UChar32 c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if (c >= 'a' && c <= 'z') return static_cast<char>(c);
  return std::nullopt;
}

}  // namespace

std::optional<char> LatinLookAlike(char32_t c) {
  static const Skeletons kSkeletons;
  const auto icu = static_cast<UChar32>(c);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkd = icu::Normalizer2::getNFKDInstance(status);
  if (U_SUCCESS(status)) {
    icu::UnicodeString decomposed;
    if (nfkd->getDecomposition(icu, decomposed)) {
      if (const std::optional<char> base = AsciiLetter(decomposed.char32At(0))) return base;
    }
  }
  if (const std::optional<char> letter = StyledLetter(icu)) return letter;
  return kSkeletons.Letter(icu);
}

std::optional<char> FauxLatin(char32_t c) {
  const auto* found =
      std::find_if(kFauxCyrillic.begin(), kFauxCyrillic.end(),
                   [c](const Styled& styled) { return styled.c == static_cast<UChar32>(c); });
  return found == kFauxCyrillic.end() ? std::nullopt : std::optional(found->letter);
}

}  // namespace replyguard::service::policy
