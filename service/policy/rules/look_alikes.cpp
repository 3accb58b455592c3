// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/look_alikes.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

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
  return kSkeletons.Letter(icu);
}

}  // namespace replyguard::service::policy
