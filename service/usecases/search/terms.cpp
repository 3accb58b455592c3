// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/search/terms.h"

#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>
#include <string>

#include "service/usecases/assessment_details.h"
#include "usecases/mix64.h"
#include "usecases/search/text_sketch.h"

namespace replyguard::service {
namespace {

enum class Kind : std::uint64_t { kWord = 1, kNetwork, kLanguage, kReason, kBand };

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr std::string_view kUndetermined = "und-";

std::uint64_t Mixed(storage::SiteId site, Kind kind, std::uint64_t value) {
  return Mix64(Mix64(Mix64(static_cast<std::uint64_t>(site)) ^ static_cast<std::uint64_t>(kind)) ^
               value);
}

// Not negative: those are the bands.
std::int64_t Term(storage::SiteId site, Kind kind, std::uint64_t value) {
  return static_cast<std::int64_t>(Mixed(site, kind, value) & ~kSign);
}

std::int64_t Band(storage::SiteId site, std::uint64_t value) {
  return static_cast<std::int64_t>(Mixed(site, Kind::kBand, value) | kSign);
}

std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = text.size();
  for (const char c : text) hash = Mix64(hash ^ static_cast<unsigned char>(c));
  return hash;
}

// "und-Cyrl" for the script that most of the text's letters are of; empty when there are none.
std::string ScriptOf(std::string_view text) {
  std::map<UScriptCode, std::size_t> letters;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) continue;
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &error);
    if (U_SUCCESS(error) && script > USCRIPT_INHERITED) ++letters[script];
  }
  const auto most =
      std::max_element(letters.begin(), letters.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == letters.end()) return {};
  return std::string(kUndetermined) + uscript_getShortName(most->first);
}

void AddWords(storage::SiteId site, const classifier::Features& features,
              std::vector<std::int64_t>* terms) {
  const auto words = features.view(classifier::View::kWord);
  for (const std::uint64_t word : words.first(std::min(words.size(), kIndexedWordsMax))) {
    terms->push_back(Term(site, Kind::kWord, word));
  }
}

classifier::Features WordsOf(std::string_view text, classifier::Extractor& extractor) {
  classifier::Document document;
  document.body = text;
  return extractor.Extract(document);
}

void SortOnce(std::vector<std::int64_t>* terms) {
  std::sort(terms->begin(), terms->end());
  terms->erase(std::unique(terms->begin(), terms->end()), terms->end());
}

}  // namespace

storage::SearchTerms SearchTermsOf(const storage::IndexedComment& comment,
                                   classifier::Extractor& extractor) {
  const storage::SiteId site = comment.site_id;
  storage::SearchTerms made;
  const classifier::Features features = WordsOf(comment.body, extractor);
  AddWords(site, features, &made.terms);
  AddWords(site, WordsOf(comment.author_name, extractor), &made.terms);
  if (!comment.ip_masked.empty()) made.terms.push_back(NetworkTerm(site, comment.ip_masked));
  if (!comment.language.empty()) made.terms.push_back(LanguageTerm(site, comment.language));
  if (const std::string script = ScriptOf(comment.body); !script.empty()) {
    made.terms.push_back(LanguageTerm(site, script));
  }
  for (const AssessmentReason& reason : PolicyReasonsFromJson(comment.details_json)) {
    made.terms.push_back(ReasonTerm(site, reason.code));
    if (reason.rule_id) made.terms.push_back(ReasonTerm(site, reason.rule_id->ToHex()));
  }
  if (const auto sketch = SketchOf(features)) {
    made.sketch = static_cast<std::int64_t>(sketch->bits);
    for (const std::uint64_t band : sketch->bands) made.terms.push_back(Band(site, band));
  }
  SortOnce(&made.terms);
  return made;
}

std::vector<std::int64_t> WordTerms(storage::SiteId site, std::string_view text,
                                    classifier::Extractor& extractor) {
  std::vector<std::int64_t> terms;
  AddWords(site, WordsOf(text, extractor), &terms);
  SortOnce(&terms);
  return terms;
}

std::int64_t NetworkTerm(storage::SiteId site, std::string_view masked_ip) {
  return Term(site, Kind::kNetwork, HashOf(masked_ip));
}

std::int64_t LanguageTerm(storage::SiteId site, std::string_view language) {
  std::string_view key = language;
  if (!language.starts_with(kUndetermined)) key = language.substr(0, language.find('-'));
  std::string lower(key);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return Term(site, Kind::kLanguage, HashOf(lower));
}

std::int64_t ReasonTerm(storage::SiteId site, std::string_view reason) {
  return Term(site, Kind::kReason, HashOf(reason));
}

}  // namespace replyguard::service
