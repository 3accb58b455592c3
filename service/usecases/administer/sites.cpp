// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/sites.h"

#include <algorithm>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "storage/masking.h"
#include "usecases/administer/site_changes.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// How often a change is compared anew when another came between.
constexpr int kAttemptsMax = 4;

constexpr ErrorMeaning kMeaning{.not_found = reasons::kSiteNotFound,
                                .already_exists = reasons::kSiteExists,
                                .aborted = reasons::kStaleEtag};

void CheckDisplayName(std::string& name, validation::Violations& violations) {
  validation::TextRule rule;
  rule.required = true;
  rule.name = true;
  rule.chars_max = validation::kSiteDisplayNameCharsMax;
  validation::CheckText(name, rule, "site.display_name", "The name", violations);
}

void CheckLanguages(const std::vector<std::string>& languages, validation::Violations& violations) {
  if (languages.size() > validation::kSiteLanguagesMax) {
    violations.Add("site.languages", validation::reason::kTooMany,
                   "Must hold at most 20 languages.");
    return;
  }
  for (std::size_t i = 0; i < languages.size(); ++i) {
    if (languages[i].size() <= validation::kLanguageTagBytesMax &&
        validation::IsLanguageTag(languages[i])) {
      continue;
    }
    violations.Add("site.languages[" + std::to_string(i) + "]",
                   validation::reason::kLanguageInvalid, "Must be a BCP 47 tag, such as pt-BR.");
  }
}

absl::StatusOr<SiteInfo> InfoOf(storage::SiteRecord record) {
  auto policy = policy::SitePolicyFromJson(record.policy_json.empty() ? "{}" : record.policy_json);
  if (!policy.ok()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "POLICY_UNREADABLE",
                     "the site's policy was written by a newer version");
  }
  return SiteInfo{std::move(record), *std::move(policy)};
}

void CheckTeaching(const Sites::TeachingChange& teaching, validation::Violations& violations) {
  const auto check = [&](std::optional<std::int32_t> cap, std::string_view field) {
    if (!cap) return;
    CheckRange(*cap, 0, storage::kTeachingCapMax, "site.teaching_limits." + std::string(field),
               violations, "labels");
  };
  check(teaching.by_key_max, "labels_by_key_max");
  check(teaching.of_author_max, "labels_of_author_max");
  check(teaching.of_network_max, "labels_of_network_max");
}

// The sites that the principal has a role for by name, in order.
std::vector<std::string> SitesNamed(const Principal& principal) {
  std::vector<std::string> slugs;
  if (principal.site) slugs.push_back(*principal.site);
  if (principal.person) {
    for (const auto& [slug, role] : principal.person->site_roles) slugs.push_back(slug);
  }
  return slugs;
}

absl::Status Stale() { return absl::AbortedError("the site has changed since it was read"); }

std::string RuleSubject(const std::string& site, const storage::RuleId& id) {
  return "sites/" + site + "/rules/" + id.ToHex();
}

// Puts in the request what becomes of the present policy.
absl::Status ChangePolicy(const storage::SiteRecord& present, Sites::UpdateRequest& request) {
  const auto info = InfoOf(present);
  if (!info.ok()) return info.status();
  auto changed = request.change_policy(info->policy);
  if (!changed.ok()) return changed.status();
  request.policy = *std::move(changed);
  validation::Violations violations;
  violations.Add(policy::CheckSitePolicy(*request.policy));
  return InvalidFields(violations);
}

storage::SiteChange ChangeOf(const Sites::UpdateRequest& request) {
  storage::SiteChange change;
  if (request.display_name) change.display_name = storage::MaskText(*request.display_name).text();
  change.languages = request.languages;
  change.shared_learning = request.shared_learning;
  change.by_key_max = request.teaching.by_key_max;
  change.of_author_max = request.teaching.of_author_max;
  change.of_network_max = request.teaching.of_network_max;
  if (request.policy) change.policy_json = policy::SitePolicyToJson(*request.policy);
  return change;
}

}  // namespace

Sites::Sites(SiteDirectory& directory, storage::SiteStore& store, const Clock& clock,
             RandomSource& random)
    : directory_(directory), store_(store), clock_(clock), random_(random) {}

void Sites::Reload() const {
  // A failure only means that this server, too, learns of it within a second.
  if (!directory_.Refresh().ok()) directory_.Wake();
}

absl::StatusOr<SiteInfo> Sites::Create(const Principal& principal, CreateRequest request,
                                       storage::Deadline deadline) const {
  if (absl::Status status = AuthorizeEverySite(principal, Permission::kAdminister); !status.ok()) {
    return status;
  }
  validation::Violations violations;
  if (!validation::IsSiteSlug(request.slug)) {
    violations.Add("site_id", validation::reason::kNameInvalid,
                   "Must be 1 to 40 of a to z, 0 to 9 and -, neither beginning nor ending with -.");
  }
  CheckDisplayName(request.display_name, violations);
  CheckLanguages(request.languages, violations);
  if (request.policy) violations.Add(policy::CheckSitePolicy(*request.policy));
  CheckTeaching(request.teaching, violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  storage::SiteRecord record;
  record.slug = std::move(request.slug);
  record.display_name = storage::MaskText(request.display_name).text();
  record.languages = std::move(request.languages);
  record.shared_learning = request.shared_learning;
  const storage::TeachingCaps standard;
  record.teaching_caps = {request.teaching.by_key_max.value_or(standard.by_key_max),
                          request.teaching.of_author_max.value_or(standard.of_author_max),
                          request.teaching.of_network_max.value_or(standard.of_network_max)};
  record.policy_json = policy::SitePolicyToJson(request.policy.value_or(policy::SitePolicy()));
  record.created_at = record.updated_at = clock_.Now();
  const storage::AuditEvent audit = AuditBy(principal, clock_, 0, storage::AuditKind::kSite,
                                            "CREATED", "sites/" + record.slug, {});
  auto created = store_.Create(record, deadline, &audit);
  if (!created.ok()) return FromStorage(created.status(), kMeaning);
  Reload();
  return InfoOf(*std::move(created));
}

absl::StatusOr<SiteInfo> Sites::Get(const Principal& principal, const std::string& slug,
                                    storage::Deadline deadline) const {
  if (absl::Status status = Authorize(principal, Permission::kAdminister, slug); !status.ok()) {
    return status;
  }
  auto record = store_.Get(slug, deadline);
  if (!record.ok()) return FromStorage(record.status(), kMeaning);
  return InfoOf(*std::move(record));
}

absl::StatusOr<std::vector<SiteInfo>> Sites::List(const Principal& principal,
                                                  const std::string& after, std::int32_t limit,
                                                  storage::Deadline deadline) const {
  if (absl::Status status = AuthorizeCovered(principal, Permission::kAdminister); !status.ok()) {
    return status;
  }
  validation::Violations violations;
  CheckRange(limit, 1, storage::kSitePageMax, "page_size", violations, "sites");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  std::vector<SiteInfo> infos;
  if (!AuthorizeEverySite(principal, Permission::kAdminister).ok()) {
    for (const std::string& slug : SitesNamed(principal)) {
      if (!(after < slug) || infos.size() >= static_cast<std::size_t>(limit)) continue;
      auto info = Get(principal, slug, deadline);
      if (absl::IsNotFound(info.status()) || absl::IsPermissionDenied(info.status())) continue;
      if (!info.ok()) return info.status();
      infos.push_back(*std::move(info));
    }
    return infos;
  }
  auto page = store_.List(after, limit, deadline);
  if (!page.ok()) return FromStorage(page.status());
  for (storage::SiteRecord& record : *page) {
    auto info = InfoOf(std::move(record));
    if (!info.ok()) return info.status();
    infos.push_back(*std::move(info));
  }
  return infos;
}

absl::StatusOr<SiteInfo> Sites::Update(const Principal& principal, UpdateRequest request,
                                       storage::Deadline deadline) const {
  if (absl::Status status = Authorize(principal, Permission::kAdminister, request.slug);
      !status.ok()) {
    return status;
  }
  validation::Violations violations;
  if (request.display_name) CheckDisplayName(*request.display_name, violations);
  if (request.languages) CheckLanguages(*request.languages, violations);
  if (request.policy) violations.Add(policy::CheckSitePolicy(*request.policy));
  CheckTeaching(request.teaching, violations);
  CheckEtag(request.etag, "site.etag", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const std::optional<std::int64_t> expected = ExpectedRevision(request.etag);
  for (int attempt = 1;; ++attempt) {
    // From the store, not from memory: a site made by another server a moment ago is there.
    auto present = store_.Get(request.slug, deadline);
    if (!present.ok()) return FromStorage(present.status(), kMeaning);
    if (expected && *expected != present->revision) return FromStorage(Stale(), kMeaning);
    if (request.change_policy) {
      if (absl::Status status = ChangePolicy(*present, request); !status.ok()) return status;
    }
    storage::SiteChange change = ChangeOf(request);
    const std::string differences = KeepDifferences(*present, change);
    // A change of nothing changes nothing: no revision, no entry in the audit trail. Another server
    // may have made it, which this one has not seen yet.
    if (differences.empty()) {
      Reload();
      return InfoOf(*std::move(present));
    }
    change.site_id = present->site_id;
    // So that what is written down is what was changed; in the end, however others hurry, but for
    // what was made of a policy that is another's now.
    const bool last = expected || attempt >= kAttemptsMax;
    const bool blind = last && !expected && !request.change_policy;
    if (!blind) change.expected_revision = present->revision;
    change.now = clock_.Now();
    const storage::AuditEvent audit =
        AuditBy(principal, clock_, present->site_id, storage::AuditKind::kSite, "CHANGED",
                "sites/" + request.slug, differences);
    auto changed = store_.Change(change, deadline, &audit);
    if (absl::IsAborted(changed.status()) && !last) continue;
    if (!changed.ok()) return FromStorage(changed.status(), kMeaning);
    Reload();
    return InfoOf(*std::move(changed));
  }
}

absl::StatusOr<storage::RuleRecord> Sites::CreateRule(const Principal& principal,
                                                      RuleRequest request,
                                                      storage::Deadline deadline) const {
  const auto site = directory_.Enter(principal, Permission::kAdminister, request.site);
  if (!site.ok()) return site.status();
  return MakeRule(principal, **site, std::move(request), deadline);
}

absl::StatusOr<storage::RuleRecord> Sites::Block(const Principal& principal, RuleRequest request,
                                                 storage::Deadline deadline) const {
  const auto site = directory_.Enter(principal, Permission::kReview, request.site);
  if (!site.ok()) return site.status();
  auto rules =
      store_.ListRules((*site)->record.site_id, std::nullopt, storage::kRulePageMax, deadline);
  if (!rules.ok()) return FromStorage(rules.status());
  const storage::Timestamp now = clock_.Now();
  for (storage::RuleRecord& rule : *rules) {
    const bool in_force = !rule.log_only && (!rule.expires_at || *rule.expires_at > now);
    const bool lasts =
        !rule.expires_at || (request.expires_at && *request.expires_at <= *rule.expires_at);
    if (in_force && lasts && rule.kind == request.kind && rule.action == request.action &&
        rule.pattern == request.pattern) {
      return std::move(rule);
    }
  }
  return MakeRule(principal, **site, std::move(request), deadline);
}

absl::StatusOr<storage::RuleRecord> Sites::MakeRule(const Principal& principal,
                                                    const SiteView& site, RuleRequest request,
                                                    storage::Deadline deadline) const {
  policy::Rule rule;
  rule.kind = request.kind;
  rule.action = request.action;
  rule.pattern = std::move(request.pattern);
  rule.reason = std::move(request.reason);
  validation::Violations violations = policy::CheckRule(rule);
  const storage::Timestamp now = clock_.Now();
  if (request.expires_at && *request.expires_at <= now) {
    violations.Add("rule.expire_time", validation::reason::kOutOfRange,
                   "A rule must expire in the future.");
  }
  if (request.teaches && (rule.action == storage::RuleAction::kHold || request.log_only)) {
    violations.Add("rule.teaches", validation::reason::kValueInvalid,
                   "A rule that only holds or notes decides nothing that could be learnt.");
  }
  if (storage::MaskText(rule.pattern).changed()) {
    violations.Add("rule.pattern", validation::reason::kValueInvalid,
                   "A pattern must not hold an email address; use a rule of kind AUTHOR.");
  }
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  storage::RuleRecord record;
  record.site_id = site.record.site_id;
  record.rule_id = NewId(clock_, random_);
  record.kind = rule.kind;
  record.action = rule.action;
  record.pattern = std::move(rule.pattern);
  record.reason = storage::MaskText(rule.reason).text();
  record.log_only = request.log_only;
  record.teaches = request.teaches;
  record.expires_at = request.expires_at;
  record.creator_key_id = principal.key_id;
  record.created_at = now;
  const storage::AuditEvent audit =
      AuditBy(principal, clock_, record.site_id, storage::AuditKind::kRule, "CREATED",
              RuleSubject(request.site, record.rule_id), record.reason);
  auto created = store_.CreateRule(record, deadline, &audit);
  if (!created.ok()) {
    ErrorMeaning meaning = kMeaning;
    meaning.limit_reached = reasons::kRuleLimit;
    return FromStorage(created.status(), meaning);
  }
  Reload();
  return created;
}

absl::StatusOr<std::vector<storage::RuleRecord>> Sites::ListRules(
    const Principal& principal, const std::string& site, std::optional<storage::RuleId> before,
    std::int32_t limit, storage::Deadline deadline) const {
  const auto view = directory_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(limit, 1, storage::kRulePageMax, "page_size", violations, "rules");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  auto rules = store_.ListRules((*view)->record.site_id, before, limit, deadline);
  if (!rules.ok()) return FromStorage(rules.status());
  return rules;
}

bool Sites::IsOwnYoungBlock(const Principal& principal, storage::SiteId site_id,
                            const storage::RuleId& id, storage::Deadline deadline) const {
  const auto rules = store_.ListRules(site_id, std::nullopt, storage::kRulePageMax, deadline);
  if (!rules.ok()) return false;
  const storage::Timestamp oldest = clock_.Now() - kOwnBlockUndoMax;
  return std::any_of(rules->begin(), rules->end(), [&](const storage::RuleRecord& rule) {
    return rule.rule_id == id && rule.creator_key_id == principal.key_id &&
           rule.created_at >= oldest;
  });
}

absl::Status Sites::DeleteRule(const Principal& principal, const std::string& site,
                               const storage::RuleId& id, storage::Deadline deadline) const {
  auto view = directory_.Enter(principal, Permission::kAdminister, site);
  if (absl::IsPermissionDenied(view.status())) {
    // Who may only review has made no rule but by Block: a slip of the hand is his to take back.
    auto reviewed = directory_.Enter(principal, Permission::kReview, site);
    if (reviewed.ok() && IsOwnYoungBlock(principal, (*reviewed)->record.site_id, id, deadline)) {
      view = std::move(reviewed);
    }
  }
  if (!view.ok()) return view.status();
  const storage::AuditEvent audit =
      AuditBy(principal, clock_, (*view)->record.site_id, storage::AuditKind::kRule, "DELETED",
              RuleSubject(site, id), {});
  const absl::Status status =
      store_.DeleteRule((*view)->record.site_id, id, clock_.Now(), deadline, &audit);
  if (!status.ok()) return FromStorage(status, {.not_found = reasons::kRuleNotFound});
  Reload();
  return absl::OkStatus();
}

}  // namespace replyguard::service
