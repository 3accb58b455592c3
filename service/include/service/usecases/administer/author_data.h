// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a site holds of one author: handed out, or erased, when that person asks for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/author_keyring.h"
#include "storage/comment_store.h"
#include "storage/export_store.h"
#include "storage/hmac_key_store.h"
#include "storage/label_log.h"
#include "storage/review_store.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS and needs an operator's key
// that covers the site: PERMISSION_DENIED. SITE_NOT_FOUND; INVALID_ARGUMENT; UNAVAILABLE and the
// like.
class AuthorData {
 public:
  // Exactly one is set. Both are forgotten after the call.
  struct Who {
    std::string email;      // plain, as it was typed
    std::string author_id;  // kAuthorIdHexBytes lower-case hexadecimal digits
  };
  // Where a page ended: at a comment, or once all of them were told at a label.
  struct Cursor {
    std::optional<storage::CommentId> comment;
    std::optional<std::int64_t> label;  // position
  };
  struct Page {
    storage::AuthorFootprint found;
    // Either; without comments those labels whose comment is not there.
    std::vector<storage::ExportedComment> comments;
    std::vector<storage::ExportedLabel> labels;
  };
  // Up to where an erasure goes, both included. What comes later is another one's.
  struct Bound {
    std::optional<storage::CommentId> comment;  // absent: none
    std::int64_t label = 0;                     // position
  };
  struct Erasure {
    storage::AuthorFootprint found;  // before
    Bound up_to;
    std::int64_t erased_count = 0;
    // All up to there is erased, of which labels keep the text until no stored model needs it;
    // false: the deadline came first.
    bool complete = false;
    std::int64_t label_position = 0;  // after
    std::vector<std::int32_t> key_ids{};
    // Registered, and not held here; of retired ones those under which the site's labels may be.
    std::vector<std::int32_t> missing_key_ids{};
  };

  AuthorData(const SiteDirectory& sites, storage::ExportStore& store,
             storage::CommentStore& comments, storage::LabelLog& labels,
             storage::HmacKeyStore& hmac_keys, storage::ReviewStore& review,
             const storage::AuthorKeyring& keyring, const Clock& clock);

  // What comes after `after`, as ExportStore::CommentsOfAuthor and then LabelsOfAuthor.
  absl::StatusOr<Page> Export(const Principal& principal, const std::string& site, Who who,
                              const Cursor& after, std::int32_t limit,
                              storage::Deadline deadline) const;

  // Each comment is erased in a transaction of its own, so that one that comes meanwhile or a call
  // that is cut off leaves nothing half done: call again, with its bound, without which it need not
  // end while the author writes. Leaves an entry in the audit trail. No bound: all that there is
  // now. `dry_run`: only counts.
  absl::StatusOr<Erasure> Erase(const Principal& principal, const std::string& site, Who who,
                                const std::optional<Bound>& up_to, bool dry_run,
                                storage::Deadline deadline) const;

 private:
  absl::StatusOr<std::vector<storage::AuthorRange>> RangesOf(storage::SiteId site, Who& who) const;
  absl::Status EraseAll(const Principal& principal, storage::SiteId site,
                        const std::vector<storage::AuthorRange>& author, storage::Deadline deadline,
                        Erasure& out) const;
  // What they taught beside comments that are there.
  absl::Status EraseLabels(storage::EraseRequest by,
                           const std::vector<storage::AuthorRange>& author,
                           std::chrono::steady_clock::time_point end, storage::Deadline deadline,
                           Erasure& out) const;
  absl::Status SearchedKeys(storage::SiteId site, storage::Deadline deadline, Erasure& out) const;

  const SiteDirectory& sites_;
  storage::ExportStore& store_;
  storage::CommentStore& comments_;
  storage::LabelLog& labels_;
  storage::HmacKeyStore& hmac_keys_;
  storage::ReviewStore& review_;
  const storage::AuthorKeyring& keyring_;
  const Clock& clock_;
};

}  // namespace replyguard::service
