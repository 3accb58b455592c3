// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/authenticator.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "service/auth/sign_in_throttle.h"

namespace replyguard::service::auth {
namespace {

constexpr std::string_view kScheme = "bearer ";

Role RoleOf(storage::KeyRole role) {
  switch (role) {
    case storage::KeyRole::kBackend:
      return Role::kBackend;
    case storage::KeyRole::kModerator:
      return Role::kModerator;
    case storage::KeyRole::kOperator:
      return Role::kOperator;
  }
  return Role::kBackend;
}

}  // namespace

Authenticator::Authenticator(AuthenticatorParts parts) : parts_(std::move(parts)) {}

// The key in "Bearer {key}"; the scheme's case does not matter (RFC 7235).
std::optional<Authenticator::Presented> Authenticator::KeyOf(std::string_view authorization) {
  if (authorization.size() < kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) {
      return std::nullopt;
    }
  }
  const auto key = ParseApiKey(authorization.substr(kScheme.size()));
  if (!key) return std::nullopt;
  return Presented{key->id, key->hash};
}

std::optional<Authenticator::Presented> Authenticator::SessionOf(std::string_view token) {
  const auto session = ParseToken(TokenKind::kSession, token);
  if (!session) return std::nullopt;
  return Presented{kSessionCredential + session->id, session->hash};
}

Answer Authenticator::Check(std::string_view authorization, std::string_view peer) {
  return Told(CheckToken(KeyOf(authorization), peer), peer);
}

Answer Authenticator::CheckSession(std::string_view token, std::string_view peer) {
  return Told(CheckToken(SessionOf(token), peer), peer);
}

Answer Authenticator::Look(std::string_view authorization, std::string_view peer,
                           storage::Deadline deadline) {
  return Told(LookToken(KeyOf(authorization), peer, deadline), peer);
}

Answer Authenticator::LookSession(std::string_view token, std::string_view peer,
                                  storage::Deadline deadline) {
  return Told(LookToken(SessionOf(token), peer, deadline), peer);
}

Answer Authenticator::Told(Answer answer, std::string_view peer) const {
  if (answer.verdict == Verdict::kGood && parts_.good) parts_.good(peer);
  return answer;
}

Answer Authenticator::CheckToken(const std::optional<Presented>& token, std::string_view peer) {
  if (!token) return {};
  MutexLock lock(mutex_);
  if (Entry* entry = Fresh(token->credential); entry != nullptr) {
    entry->looked_at.reset();
    return Judge(*entry, *token, peer);
  }
  const auto now = parts_.steady_now();
  const auto stale = entries_.find(token->credential);
  // One that is known from an earlier configuration is no guess.
  if (stale != entries_.end()) {
    Entry& entry = stale->second;
    const bool good = Fits(entry, *token);
    if (good && LooksAlready(entry)) return Judge(entry, *token, peer);
    return {Verdict::kUnknown, nullptr, std::nullopt, good ? entry.principal : nullptr};
  }
  const bool look = wrong_.Has(NetworkOf(peer), now) || spare_looks_.Take({}, now);
  return {look ? Verdict::kUnknown : Verdict::kThrottled, nullptr};
}

Answer Authenticator::LookToken(const std::optional<Presented>& token, std::string_view peer,
                                storage::Deadline deadline) {
  if (!token) return {};
  {
    // Another call may have looked it up meanwhile.
    MutexLock lock(mutex_);
    if (Entry* entry = Fresh(token->credential); entry != nullptr) {
      return Judge(*entry, *token, peer);
    }
    // Worth no long wait.
    const auto known = entries_.find(token->credential);
    if (known != entries_.end() && Fits(known->second, *token) && MerelyUnseen(known->second)) {
      deadline = std::min(deadline, std::chrono::steady_clock::now() + kLookTimeMax);
    }
  }
  absl::StatusOr<Entry> entry = Read(token->credential, deadline);
  MutexLock lock(mutex_);
  if (!entry.ok()) {
    // It was found away while this waited for it.
    if (Entry* fresh = Fresh(token->credential); fresh != nullptr) {
      return Judge(*fresh, *token, peer);
    }
    // Nothing can be revoked in a database that is away. One that is there, and merely late or out
    // of connections, may have revoked this one.
    const auto known = entries_.find(token->credential);
    const bool good =
        known != entries_.end() && Fits(known->second, *token) &&
        ((absl::IsUnavailable(entry.status()) && Silent()) || MerelyUnseen(known->second));
    return good ? Judge(known->second, *token, peer) : Answer{Verdict::kAway, nullptr};
  }
  Answer answer = Judge(*entry, *token, peer);
  Remember(token->credential, *std::move(entry));
  return answer;
}

absl::StatusOr<Authenticator::Entry> Authenticator::Read(const std::string& credential,
                                                         storage::Deadline deadline) {
  // Read before the row: a change in between makes the entry stale, never a stale entry fresh.
  Entry entry;
  {
    MutexLock lock(mutex_);
    entry.forgets = forgets_;
  }
  entry.read_at = parts_.steady_now();
  entry.revision = parts_.changes.Present().config_revision;
  const std::string_view session = kSessionCredential;
  absl::Status status = credential.starts_with(session)
                            ? ReadSession(credential.substr(session.size()), deadline, entry)
                            : ReadKey(credential, deadline, entry);
  if (!status.ok() && !absl::IsNotFound(status)) return status;
  return entry;
}

absl::Status Authenticator::ReadKey(const std::string& key_id, storage::Deadline deadline,
                                    Entry& entry) {
  const absl::StatusOr<storage::ApiKeyRecord> record = parts_.keys.Get(key_id, deadline);
  return record.ok() ? Fill(*record, entry) : record.status();
}

absl::Status Authenticator::Fill(const storage::ApiKeyRecord& record, Entry& entry) const {
  const std::optional<TokenHash> hash = HashOfText(record.secret_hash);
  if (!hash || record.revoked_at) return absl::OkStatus();
  auto principal = std::make_shared<Principal>();
  principal->key_id = record.key_id;
  principal->display_name = record.display_name;
  principal->role = RoleOf(record.role);
  if (record.site_id) {
    principal->site = parts_.slug_of(*record.site_id);
    if (!principal->site) return absl::UnavailableError("the key's site is not known yet");
  }
  entry.principal = std::move(principal);
  entry.hash = *hash;
  entry.expires_at = record.expires_at;
  entry.used_at = record.last_used_at;
  entry.call_rate = record.call_rate;
  return absl::OkStatus();
}

absl::Status Authenticator::Warm(storage::Deadline deadline) {
  // Before the rows, as in Read.
  const auto read_at = parts_.steady_now();
  const std::int64_t revision = parts_.changes.Present().config_revision;
  const auto records = parts_.keys.InUse(parts_.now(), kWarmKeysMax, deadline);
  if (!records.ok()) return records.status();
  // Where there is a key there was a change. What is put down to an earlier one would have to be
  // looked up again.
  if (!records->empty() &&
      (revision == 0 || revision != parts_.changes.Present().config_revision)) {
    return absl::UnavailableError("the configuration's revision is not known yet");
  }
  for (const storage::ApiKeyRecord& record : *records) {
    Entry entry;
    entry.revision = revision;
    entry.read_at = read_at;
    if (!Fill(record, entry).ok()) continue;  // a site made a moment ago
    MutexLock lock(mutex_);
    entries_.try_emplace(record.key_id, std::move(entry));
  }
  return absl::OkStatus();
}

std::shared_ptr<const Principal> Authenticator::Presume(std::string_view authorization) {
  const std::optional<Presented> token = KeyOf(authorization);
  if (!token) return nullptr;
  MutexLock lock(mutex_);
  const auto known = entries_.find(token->credential);
  return known != entries_.end() && Fits(known->second, *token) ? known->second.principal : nullptr;
}

absl::Status Authenticator::ReadSession(const std::string& session_id, storage::Deadline deadline,
                                        Entry& entry) {
  if (parts_.sessions == nullptr) return absl::OkStatus();
  const auto found = parts_.sessions->Get(session_id, deadline);
  if (!found.ok()) return found.status();
  const storage::PersonRecord& person = found->person;
  const std::optional<TokenHash> hash = HashOfText(found->session.token_hash);
  const bool idle = found->session.seen_at + kSessionIdleMax <= parts_.now();
  if (!hash || person.deactivated_at || idle) return absl::OkStatus();
  PersonScope scope;
  scope.handle = person.handle;
  scope.session_id = session_id;
  if (person.every_site_role) scope.every_site_role = RoleOf(*person.every_site_role);
  for (const storage::Membership& membership : person.memberships) {
    const std::optional<std::string> slug = parts_.slug_of(membership.site_id);
    if (!slug) return absl::UnavailableError("a person's site is not known yet");
    scope.site_roles[*slug] = RoleOf(membership.role);
  }
  auto principal = std::make_shared<Principal>();
  principal->key_id = "people/" + person.handle;
  principal->display_name = person.display_name;
  principal->person = std::move(scope);
  entry.principal = std::move(principal);
  entry.hash = *hash;
  entry.expires_at = found->session.expires_at;
  entry.seen_at = found->session.seen_at;
  return absl::OkStatus();
}

Authenticator::Standing Authenticator::StillGood(const std::string& credential,
                                                 storage::Deadline deadline) {
  {
    MutexLock lock(mutex_);
    if (Entry* entry = Fresh(credential); entry != nullptr) {
      const Standing standing = StandingOf(*entry);
      // A stream uses its key. That one is open does not say that a person is there.
      if (standing.good && !entry->principal->person) See(*entry);
      return standing;
    }
  }
  absl::StatusOr<Entry> entry = Read(credential, deadline);
  if (!entry.ok()) return {true, nullptr};
  Standing standing = StandingOf(*entry);
  MutexLock lock(mutex_);
  Remember(credential, *std::move(entry));
  return standing;
}

void Authenticator::Forget(const std::string& key_id) {
  MutexLock lock(mutex_);
  ++forgets_;
  entries_.erase(key_id);
}

bool Authenticator::SeenWithin(const Entry& entry, std::chrono::milliseconds time) const {
  return parts_.steady_now() - std::max(parts_.changes.LookedAt(), entry.read_at) < time;
}

bool Authenticator::Seen(const Entry& entry) const {
  return SeenWithin(entry, kUnseenMax) || (parts_.away && parts_.away() && Silent());
}

bool Authenticator::Silent() const {
  return parts_.steady_now() - parts_.changes.AnsweredAt() >= kSilentMin;
}

bool Authenticator::MerelyUnseen(const Entry& entry) const {
  return entry.revision == parts_.changes.Present().config_revision &&
         SeenWithin(entry, kUnseenHoldMax);
}

Authenticator::Entry* Authenticator::Fresh(const std::string& credential) {
  const auto found = entries_.find(credential);
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  if (!Seen(entry) || entry.revision != parts_.changes.Present().config_revision) return nullptr;
  const bool unseen = entry.seen_at && *entry.seen_at + kSessionIdleMax <= parts_.now();
  return unseen ? nullptr : &entry;
}

bool Authenticator::LooksAlready(Entry& entry) const {
  const auto now = parts_.steady_now();
  if (entry.looked_at && now < *entry.looked_at + kLookTimeMax) return true;
  // One after the other where nothing is known to have changed: the database is late.
  if (!entry.looked_at || MerelyUnseen(entry)) entry.looked_at = now;
  return false;
}

bool Authenticator::Usable(const Entry& entry) const {
  const storage::Timestamp now = parts_.now();
  return entry.principal != nullptr && (!entry.expires_at || now < *entry.expires_at) &&
         (!entry.seen_at || now < *entry.seen_at + kSessionIdleMax);
}

bool Authenticator::Fits(const Entry& entry, const Presented& token) const {
  return SameHash(entry.hash, token.hash) && Usable(entry);
}

void Authenticator::Remember(const std::string& credential, Entry entry) {
  if (entry.forgets != forgets_) return;
  if (entries_.size() >= kCachedKeysMax) {
    std::erase_if(entries_, [](const auto& known) { return known.second.principal == nullptr; });
    // With little room made each wrong key would have all of them looked through.
    if (entries_.size() > kCachedKeysMax / 2) entries_.clear();
  }
  entries_[credential] = std::move(entry);
}

Answer Authenticator::Judge(Entry& entry, const Presented& token, std::string_view peer) {
  // Compared whether or not the key exists, so that both take the same time.
  if (Fits(entry, token)) {
    See(entry);
    return {Verdict::kGood, entry.principal, entry.call_rate};
  }
  const bool charged = wrong_.Take(NetworkOf(peer), parts_.steady_now());
  return {charged ? Verdict::kBad : Verdict::kThrottled, nullptr};
}

void Authenticator::See(Entry& entry) const {
  const storage::Timestamp now = parts_.now();
  if (!entry.principal->person) {
    if (entry.used_at && now < *entry.used_at + kKeyUsedInterval) return;
    entry.used_at = now;
    if (parts_.key_used) parts_.key_used(entry.principal->key_id, now);
    return;
  }
  if (!entry.seen_at) return;
  if (now < *entry.seen_at + kSessionSeenInterval) return;
  entry.seen_at = now;
  if (parts_.seen) parts_.seen(entry.principal->person->session_id, now);
}

}  // namespace replyguard::service::auth
