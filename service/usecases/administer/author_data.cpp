// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/administer/author_data.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/validation/formats.h"
#include "storage/masking.h"
#include "storage/secret_text.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::int32_t kErasedAtOnce = 100;
// Kept for the answer's way back and the audit trail's entry: under load each waits its turn.
constexpr std::chrono::milliseconds kRestMin{500};
constexpr int kRestParts = 4;  // of the call's time one

std::chrono::steady_clock::time_point EndOfWork(storage::Deadline deadline) {
  const auto now = std::chrono::steady_clock::now();
  return deadline -
         std::max<std::chrono::steady_clock::duration>(kRestMin, (deadline - now) / kRestParts);
}

// The half of a hash that author_id leaves out, as its least and its greatest.
constexpr std::size_t kRestBytes = storage::kHmacBytes - storage::kAuthorIdHexBytes / 2;

std::optional<storage::AuthorRange> RangeOfId(const std::string& author_id) {
  std::string raw(storage::kAuthorIdHexBytes / 2, '\0');
  std::size_t bytes = 0;
  const char* end = nullptr;
  if (author_id.size() != storage::kAuthorIdHexBytes ||
      sodium_hex2bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), author_id.data(),
                     author_id.size(), nullptr, &bytes, &end) != 0 ||
      bytes != raw.size() || end != author_id.data() + author_id.size()) {
    return std::nullopt;
  }
  return storage::AuthorRange{raw + std::string(kRestBytes, '\0'),
                              raw + std::string(kRestBytes, '\xff')};
}

}  // namespace

AuthorData::AuthorData(const SiteDirectory& sites, storage::ExportStore& store,
                       storage::CommentStore& comments, storage::LabelLog& labels,
                       storage::HmacKeyStore& hmac_keys, storage::ReviewStore& review,
                       const storage::AuthorKeyring& keyring, const Clock& clock)
    : sites_(sites),
      store_(store),
      comments_(comments),
      labels_(labels),
      hmac_keys_(hmac_keys),
      review_(review),
      keyring_(keyring),
      clock_(clock) {}

absl::StatusOr<std::vector<storage::AuthorRange>> AuthorData::RangesOf(storage::SiteId site,
                                                                       Who& who) const {
  validation::Violations violations;
  std::vector<storage::AuthorRange> ranges;
  if (who.email.empty() == who.author_id.empty()) {
    violations.Add("email", validation::reason::kRequired,
                   "Give an address or an author's id, and not both.");
  } else if (!who.author_id.empty()) {
    const auto range = RangeOfId(who.author_id);
    if (range) ranges.push_back(*range);
    if (!range) {
      violations.Add("author_id", validation::reason::kValueInvalid,
                     "Must be 32 hexadecimal digits.");
    }
  } else {
    for (const storage::KeyedHash& hash : keyring_.AuthorHashes(site, who.email)) {
      ranges.push_back({std::string(hash.bytes()), std::string(hash.bytes())});
    }
    if (!validation::IsValidEmail(who.email)) {
      violations.Add("email", validation::reason::kValueInvalid,
                     "The email address is not valid: it looks like name@example.org.");
    }
  }
  storage::WipeString(who.email);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  return ranges;
}

absl::StatusOr<AuthorData::Page> AuthorData::Export(const Principal& principal,
                                                    const std::string& site, Who who,
                                                    const Cursor& after, std::int32_t limit,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  const storage::SiteId site_id = (*view)->record.site_id;
  const auto author = RangesOf(site_id, who);
  if (!author.ok()) return author.status();
  auto found = store_.CountAuthor(site_id, *author, deadline);
  if (!found.ok()) return FromStorage(found.status());
  Page page{*found, {}, {}};
  if (!after.label) {
    auto comments = store_.CommentsOfAuthor(site_id, *author, after.comment, limit, deadline);
    if (!comments.ok()) return FromStorage(comments.status());
    page.comments = *std::move(comments);
    if (!page.comments.empty()) return page;
  }
  auto labels = store_.LabelsOfAuthor(site_id, *author, after.label.value_or(0), limit, deadline);
  if (!labels.ok()) return FromStorage(labels.status());
  page.labels = *std::move(labels);
  return page;
}

absl::Status AuthorData::EraseAll(const Principal& principal, storage::SiteId site,
                                  const std::vector<storage::AuthorRange>& author,
                                  storage::Deadline deadline, Erasure& out) const {
  const auto end = EndOfWork(deadline);
  storage::EraseRequest erase;
  erase.site_id = site;
  erase.actor = ActorName(principal);
  erase.actor_key_id = principal.key_id;
  for (;;) {
    const auto left = store_.CommentsOfAuthor(site, author, std::nullopt, kErasedAtOnce, deadline);
    if (!left.ok()) return left.status();
    if (left->empty()) return EraseLabels(erase, author, end, deadline, out);
    for (const storage::ExportedComment& one : *left) {
      // What is written meanwhile is another call's: whoever writes faster than this erases would
      // never be done with.
      if (!out.up_to.comment || *out.up_to.comment < one.comment.comment_id) {
        return EraseLabels(erase, author, end, deadline, out);
      }
      if (std::chrono::steady_clock::now() >= end) return absl::OkStatus();
      erase.comment_id = one.comment.comment_id;
      erase.now = clock_.Now();
      absl::Status status = comments_.Erase(erase, deadline);
      // Somebody else may have erased it meanwhile.
      if (!status.ok() && !absl::IsNotFound(status)) return status;
      if (status.ok()) ++out.erased_count;
    }
  }
}

absl::Status AuthorData::EraseLabels(storage::EraseRequest by,
                                     const std::vector<storage::AuthorRange>& author,
                                     std::chrono::steady_clock::time_point end,
                                     storage::Deadline deadline, Erasure& out) const {
  for (;;) {
    if (std::chrono::steady_clock::now() >= end) return absl::OkStatus();
    by.now = clock_.Now();
    const auto erased = store_.EraseLabels(by, author, out.up_to.label, kErasedAtOnce, deadline);
    if (!erased.ok()) return erased.status();
    if (*erased < kErasedAtOnce) {
      out.complete = true;
      return absl::OkStatus();
    }
  }
}

absl::Status AuthorData::SearchedKeys(storage::SiteId site, storage::Deadline deadline,
                                      Erasure& out) const {
  out.key_ids = keyring_.key_ids();
  const auto known = hmac_keys_.List(deadline);
  if (!known.ok()) return known.status();
  for (const storage::HmacKeyInfo& key : *known) {
    if (std::find(out.key_ids.begin(), out.key_ids.end(), key.key_id) == out.key_ids.end()) {
      out.missing_key_ids.push_back(key.key_id);
    }
  }
  const auto retired = store_.RetiredKeysOfLabels(site, deadline);
  if (!retired.ok()) return retired.status();
  for (const std::int32_t id : *retired) {
    if (std::find(out.key_ids.begin(), out.key_ids.end(), id) == out.key_ids.end()) {
      out.missing_key_ids.push_back(id);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<AuthorData::Erasure> AuthorData::Erase(const Principal& principal,
                                                      const std::string& site, Who who,
                                                      const std::optional<Bound>& up_to,
                                                      bool dry_run,
                                                      storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  const storage::SiteId site_id = (*view)->record.site_id;
  const auto author = RangesOf(site_id, who);
  if (!author.ok()) return author.status();
  Erasure out;
  auto found = store_.CountAuthor(site_id, *author, deadline);
  if (!found.ok()) return FromStorage(found.status());
  out.found = *found;
  out.up_to = up_to.value_or(Bound{found->newest, found->newest_label});
  if (absl::Status status = SearchedKeys(site_id, deadline, out); !status.ok())
    return FromStorage(status);
  if (!dry_run) {
    absl::Status status = EraseAll(principal, site_id, *author, deadline, out);
    if (!status.ok()) return FromStorage(status);
    // Of whom is not said: that would be a record of who asked to be forgotten.
    status = review_.WriteAudit(
        AuditBy(principal, clock_, site_id, storage::AuditKind::kSite, "AUTHOR_ERASED",
                "sites/" + site, std::to_string(out.erased_count) + " comments of one author"),
        deadline);
    if (!status.ok()) return FromStorage(status);
  }
  const auto head = labels_.HeadPosition(deadline);
  if (!head.ok()) return FromStorage(head.status());
  out.label_position = *head;
  return out;
}

}  // namespace replyguard::service
