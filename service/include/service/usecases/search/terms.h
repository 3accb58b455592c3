// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a comment can be found by, as numbers: its words and those of its author's name as the
// classifier reads them, its network, its language and script, the policy's reasons for its
// verdict, and the bands of its sketch. Each is mixed with the site, so that one index serves all
// sites and a look-up meets one site's alone.
//
// Words are the classifier's features: a change of the extractor that changes them needs a
// migration that marks all comments to be indexed anew.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "classifier/extractor.h"
#include "storage/comment_search.h"

namespace replyguard::service {

// Distinct words of a comment that it can be found by, from its beginning.
inline constexpr std::size_t kIndexedWordsMax = 600;
inline constexpr std::size_t kSearchTextBytesMax = 200;
inline constexpr std::size_t kSearchWordsMax = 16;

storage::SearchTerms SearchTermsOf(const storage::IndexedComment& comment,
                                   classifier::Extractor& extractor);

// Of what somebody looks for. Empty: no word is in it.
std::vector<std::int64_t> WordTerms(storage::SiteId site, std::string_view text,
                                    classifier::Extractor& extractor);
std::int64_t NetworkTerm(storage::SiteId site, std::string_view masked_ip);
// "de", "de-CH" (the first part counts) or "und-Cyrl".
std::int64_t LanguageTerm(storage::SiteId site, std::string_view language);
// A policy's code, or a rule's id in hexadecimal.
std::int64_t ReasonTerm(storage::SiteId site, std::string_view reason);

}  // namespace replyguard::service
