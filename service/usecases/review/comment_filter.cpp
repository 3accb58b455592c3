// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/comment_filter.h"

#include <algorithm>

#include "service/usecases/search/terms.h"
#include "service/validation/formats.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kNetworkBytesMax = 50;
constexpr std::size_t kLanguageBytesMax = 35;

bool IsNetwork(std::string_view text) {
  return text.size() <= kNetworkBytesMax &&
         text.find_first_not_of("0123456789abcdef.:/") == std::string_view::npos;
}

void CheckProbabilities(const CommentFilter& filter, validation::Violations& violations) {
  const auto one = [&violations](const std::optional<double>& value, std::string_view field) {
    // Written so that NaN fails.
    if (!value || (*value >= 0 && *value <= 1)) return;
    violations.Add(field, validation::reason::kOutOfRange, "Must be 0 to 1.");
  };
  one(filter.probability_min, "filter.probability_min");
  one(filter.probability_max, "filter.probability_max");
  if (filter.probability_min && filter.probability_max &&
      *filter.probability_min > *filter.probability_max) {
    violations.Add("filter.probability_min", validation::reason::kOutOfRange,
                   "Must not be above probability_max.");
  }
}

}  // namespace

std::vector<std::int64_t> FilterReader::Words(storage::SiteId site, std::string_view text) const {
  MutexLock lock(mutex_);
  return WordTerms(site, text, extractor_);
}

void FilterReader::Check(const CommentFilter& filter,
                         const std::vector<std::shared_ptr<const SiteView>>& sites,
                         validation::Violations& violations) const {
  using namespace validation;
  CheckProbabilities(filter, violations);
  const auto check = [&violations](bool good, std::string_view field, std::string_view words) {
    if (!good) violations.Add(field, reason::kValueInvalid, words);
  };
  // The same for a site that is not there, so that a key of others learns nothing.
  const auto check_site = [&](const std::string& slug, std::string_view field) {
    const bool read = slug.empty() || std::any_of(sites.begin(), sites.end(), [&](const auto& s) {
                        return s->record.slug == slug;
                      });
    check(read, field, "Must be of a site that is read.");
  };
  check(filter.author_id.empty() || IsHexId(filter.author_id), "filter.author_id",
        "An author id is 32 lower-case hexadecimal digits.");
  check(IsNetwork(filter.network), "filter.network",
        "Must be a network as an author has it, such as \"192.0.2.0/24\".");
  check(filter.language.empty() ||
            (filter.language.size() <= kLanguageBytesMax && IsLanguageTag(filter.language)),
        "filter.language", "Must be a language tag such as \"de\", or a script as \"und-Cyrl\".");
  check(filter.reason.empty() || IsReasonCode(filter.reason), "filter.reason",
        "Must be a code such as \"LINKS_MAX\", or \"sites/{site}/rules/{rule}\".");
  check_site(filter.rule_site, "filter.reason");
  check_site(filter.campaign_site, "filter.campaign");
  check_site(filter.thread_site, "filter.thread");
  if (filter.received_from && filter.received_until) {
    check(*filter.received_from <= *filter.received_until, "filter.start_time",
          "Must not be after end_time.");
  }
  if (filter.text.empty()) return;
  if (filter.text.size() > kSearchTextBytesMax) {
    violations.Add("filter.text", reason::kTooLong, "A search has at most 200 bytes.");
    return;
  }
  const std::size_t words = Words(0, filter.text).size();
  // A word with digits is two: itself, and with whichever digits.
  check(words > 0, "filter.text", "Must hold a word.");
  check(words <= 2 * kSearchWordsMax, "filter.text", "A search has at most 16 words.");
}

absl::StatusOr<bool> FilterReader::AddCampaign(const SiteView& site, const CommentFilter& filter,
                                               storage::SearchCondition* condition,
                                               storage::Deadline deadline) const {
  if (!filter.campaign) return true;
  if (filter.campaign_site != site.record.slug) return false;
  auto likeness = search_.LikenessOf(site.record.site_id, *filter.campaign, deadline);
  if (!likeness.ok()) return FromStorage(likeness.status());
  condition->alike = *std::move(likeness);
  return condition->alike.has_value();
}

absl::StatusOr<std::optional<storage::SearchCondition>> FilterReader::For(
    const SiteView& site, const CommentFilter& filter, storage::Deadline deadline) const {
  const storage::SiteId id = site.record.site_id;
  storage::SearchCondition condition;
  if (!filter.text.empty()) condition.terms = Words(id, filter.text);
  if (!filter.network.empty()) condition.terms.push_back(NetworkTerm(id, filter.network));
  if (!filter.language.empty()) condition.terms.push_back(LanguageTerm(id, filter.language));
  if (!filter.reason.empty()) condition.terms.push_back(ReasonTerm(id, filter.reason));
  if (filter.rule_id) {
    if (filter.rule_site != site.record.slug) return std::nullopt;
    condition.terms.push_back(ReasonTerm(id, filter.rule_id->ToHex()));
  }
  const auto campaign = AddCampaign(site, filter, &condition, deadline);
  if (!campaign.ok()) return campaign.status();
  if (!*campaign) return std::nullopt;
  if (const auto author = storage::Uuid::FromHex(filter.author_id)) {
    condition.author_id.assign(author->bytes.begin(), author->bytes.end());
  }
  condition.by_verdict = !filter.reason.empty() || filter.rule_id.has_value();
  condition.probability_min = filter.probability_min;
  condition.probability_max = filter.probability_max;
  condition.received_from = filter.received_from;
  condition.received_until = filter.received_until;
  if (filter.thread_key.empty()) return condition;
  if (filter.thread_site != site.record.slug) return std::nullopt;
  const auto thread = threads_.Get(id, filter.thread_key, deadline);
  if (absl::IsNotFound(thread.status())) return std::nullopt;
  if (!thread.ok()) return FromStorage(thread.status());
  condition.thread_id = thread->thread_id;
  return condition;
}

}  // namespace replyguard::service
