// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/site_directory.h"

#include <utility>

#include "service/usecases/errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

absl::Status NotReady() {
  ErrorDetail detail;
  detail.reason = std::string(reasons::kNotReady);
  detail.retry_delay = std::chrono::seconds(1);
  return MakeError(absl::StatusCode::kUnavailable, "the server is still starting", detail);
}

absl::Status SiteNotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kSiteNotFound, "there is no such site");
}

}  // namespace

policy::Rule RuleOf(const storage::RuleRecord& record) {
  policy::Rule rule;
  rule.id = record.rule_id.ToHex();
  rule.kind = record.kind;
  rule.action = record.action;
  rule.pattern = record.pattern;
  rule.reason = record.reason;
  rule.log_only = record.log_only;
  rule.teaches = record.teaches;
  rule.expires_at = record.expires_at;
  return rule;
}

SiteDirectory::SiteDirectory(storage::SiteStore& store, SiteDirectoryOptions options)
    : store_(store), options_(std::move(options)) {}

SiteDirectory::~SiteDirectory() { Stop(); }

void SiteDirectory::Start() {
  thread_ = std::thread([this] { Run(); });
}

void SiteDirectory::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void SiteDirectory::Run() {
  bool failed = false;
  do {
    const absl::Status status = Refresh();
    // Once an outage, not once a second.
    if (!status.ok() && !failed) Warn("sites cannot be read; the last ones read keep serving");
    failed = !status.ok();
  } while (pacer_.Pause(options_.poll_interval));
}

// Most sites have none, and share that.
absl::StatusOr<std::shared_ptr<const policy::RuleSet>> SiteDirectory::ReadRules(
    const storage::SiteRecord& record, storage::Deadline deadline) {
  static const auto* const kNone =
      new std::shared_ptr<const policy::RuleSet>(policy::RuleSet::Compile({}));
  if (!record.has_rules) return *kNone;
  auto rules = store_.ListRules(record.site_id, std::nullopt, storage::kRulePageMax, deadline);
  if (!rules.ok()) return rules.status();
  std::vector<policy::Rule> inputs;
  inputs.reserve(rules->size());
  for (const storage::RuleRecord& rule : *rules) inputs.push_back(RuleOf(rule));
  return policy::RuleSet::Compile(std::move(inputs));
}

absl::StatusOr<std::shared_ptr<const SiteView>> SiteDirectory::ReadSite(
    storage::SiteRecord record, storage::Deadline deadline) {
  const auto known = FindById(record.site_id);
  // The revisions alone may be those of a change that was lost with a primary.
  if (known && known->record.revision == record.revision &&
      known->record.policy_revision == record.policy_revision &&
      known->record.updated_at == record.updated_at) {
    return known;
  }
  auto view = std::make_shared<SiteView>();
  auto policy = policy::SitePolicyFromJson(record.policy_json.empty() ? "{}" : record.policy_json);
  if (policy.ok()) {
    view->policy = *std::move(policy);
  } else {
    view->policy_unreadable = true;
    view->policy.mode = policy::Mode::kModerateAll;
    Warn("the policy of site " + record.slug + " cannot be read; everything there is held");
  }
  auto rules = ReadRules(record, deadline);
  if (!rules.ok()) return rules.status();
  view->rules = *std::move(rules);
  for (const std::string& id : view->rules->skipped()) {
    Warn("rule " + id + " of site " + record.slug + " cannot be compiled and does not count");
  }
  view->record = std::move(record);
  return view;
}

absl::Status SiteDirectory::Refresh() {
  MutexLock one_at_a_time(refresh_mutex_);
  const auto deadline = std::chrono::steady_clock::now() + options_.storage_timeout;
  // Before the sites: what changes meanwhile is read the next time.
  const auto revision = store_.ConfigRevision(deadline);
  if (!revision.ok()) return FromStorage(revision.status());
  if (loaded() && *revision == revision_) return absl::OkStatus();
  auto sites = std::make_shared<Sites>();
  std::string after;
  for (;;) {
    auto page = store_.List(after, storage::kSitePageMax, deadline);
    if (!page.ok()) return FromStorage(page.status());
    const bool last = page->size() < static_cast<std::size_t>(storage::kSitePageMax);
    for (storage::SiteRecord& record : *page) {
      after = record.slug;
      auto view = ReadSite(std::move(record), deadline);
      if (!view.ok()) return FromStorage(view.status());
      sites->by_slug[(*view)->record.slug] = *view;
      sites->by_id[(*view)->record.site_id] = *view;
    }
    if (last) break;
  }
  sites_.Set(std::move(sites));
  revision_ = *revision;
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SiteView>> SiteDirectory::Enter(const Principal& principal,
                                                                     Permission permission,
                                                                     std::string_view slug) const {
  if (absl::Status status = Authorize(principal, permission, slug); !status.ok()) return status;
  if (!loaded()) return NotReady();
  auto site = FindBySlug(slug);
  if (!site) return SiteNotFound();
  return site;
}

absl::StatusOr<std::vector<std::shared_ptr<const SiteView>>> SiteDirectory::EnterCovered(
    const Principal& principal, Permission permission) const {
  if (absl::Status status = AuthorizeCovered(principal, permission); !status.ok()) return status;
  const auto sites = sites_.Get();
  if (!sites) return NotReady();
  std::vector<std::shared_ptr<const SiteView>> covered;
  for (const auto& [slug, site] : sites->by_slug) {
    if (Authorize(principal, permission, slug).ok()) covered.push_back(site);
  }
  return covered;
}

std::shared_ptr<const SiteView> SiteDirectory::FindById(storage::SiteId id) const {
  const auto sites = sites_.Get();
  if (!sites) return nullptr;
  const auto found = sites->by_id.find(id);
  return found == sites->by_id.end() ? nullptr : found->second;
}

std::shared_ptr<const SiteView> SiteDirectory::FindBySlug(std::string_view slug) const {
  const auto sites = sites_.Get();
  if (!sites) return nullptr;
  const auto found = sites->by_slug.find(slug);
  return found == sites->by_slug.end() ? nullptr : found->second;
}

void SiteDirectory::Warn(std::string_view text) const {
  if (options_.warn) options_.warn(text);
}

}  // namespace replyguard::service
