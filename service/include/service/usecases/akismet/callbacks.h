// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The callback of the Akismet protocol: the URL at which a website wants to hear what people decide
// about a comment here, and which it is told with its own key.
//
// The key is what tells the website that it is us. It is kept sealed (auth::Sealer).
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "service/auth/principal.h"
#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/poster.h"
#include "storage/callback_store.h"
#include "storage/mutex.h"

namespace replyguard::service {

class SiteDirectory;

// Keys known to be sealed already; when full, it begins anew.
inline constexpr std::size_t kSealedKeysKnownMax = 4'096;

// Thread-safe. Holds references; they outlive it.
class AkismetCallbacks {
 public:
  AkismetCallbacks(const SiteDirectory& sites, storage::CallbackStore& store,
                   const auth::Sealer& sealer, const Poster& poster, const Clock& clock);

  // Whether a callback would be taken: the poster calls it, it is on the host of `blog` (a URL or a
  // host), on its port or that of https, and without an email address. INVALID_ARGUMENT says why
  // not. Does not resolve.
  absl::Status Check(const std::string& url, std::string_view blog) const;

  // BLOCKS. From now on decisions about the comment are told there. `key` is the principal's, in
  // the plain. REQUIRES: Check(). PERMISSION_DENIED; UNAVAILABLE and the like.
  absl::Status Remember(const Principal& principal, std::string_view key,
                        const storage::CommentId& comment_id, const std::string& url,
                        storage::Deadline deadline);

 private:
  absl::Status SealOnce(storage::SiteId site_id, const std::string& key_id, std::string_view key,
                        storage::Deadline deadline);

  const SiteDirectory& sites_;
  storage::CallbackStore& store_;
  const auth::Sealer& sealer_;
  const Poster& poster_;
  const Clock& clock_;
  Mutex mutex_;
  std::set<std::pair<storage::SiteId, std::string>> sealed_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
