// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/callbacks.h"

#include "service/usecases/administer/site_directory.h"
#include "storage/masking.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

}  // namespace

AkismetCallbacks::AkismetCallbacks(const SiteDirectory& sites, storage::CallbackStore& store,
                                   const auth::Sealer& sealer, const Poster& poster,
                                   const Clock& clock)
    : sites_(sites), store_(store), sealer_(sealer), poster_(poster), clock_(clock) {}

absl::Status AkismetCallbacks::Check(const std::string& url, std::string_view blog) const {
  if (url.size() > storage::kCallbackUrlBytesMax) {
    return absl::InvalidArgumentError("the URL is too long");
  }
  // It is stored, and cannot be masked and still be called.
  if (storage::MaskText(url).changed()) {
    return absl::InvalidArgumentError("the URL holds an email address");
  }
  const auto to = poster_.Read(url);
  if (!to.ok()) return to.status();
  // The blog is read as if it could be called, whatever its scheme: only host and port matter.
  std::string home(blog);
  if (const std::size_t scheme = home.find("://"); scheme != std::string::npos) {
    home = home.substr(scheme + 3);
  }
  const auto from = poster_.Read("https://" + home);
  if (!from.ok() || from->host != to->host) {
    return absl::InvalidArgumentError("the callback is not on the blog's host");
  }
  if (to->port != kHttpsPort && to->port != from->port) {
    return absl::InvalidArgumentError("the callback is not on the blog's port");
  }
  return absl::OkStatus();
}

absl::Status AkismetCallbacks::Remember(const Principal& principal, std::string_view key,
                                        const storage::CommentId& comment_id,
                                        const std::string& url, storage::Deadline deadline) {
  const auto site = sites_.Enter(principal, Permission::kComments, principal.site.value_or(""));
  if (!site.ok()) return site.status();
  const storage::SiteId site_id = (*site)->record.site_id;
  if (absl::Status status = SealOnce(site_id, principal.key_id, key, deadline); !status.ok()) {
    return FromStorage(status);
  }
  return FromStorage(
      store_.Save({site_id, comment_id, principal.key_id, url, clock_.Now()}, deadline));
}

// Once a process and key, so that what was sealed under an older deployment key is sealed anew.
absl::Status AkismetCallbacks::SealOnce(storage::SiteId site_id, const std::string& key_id,
                                        std::string_view key, storage::Deadline deadline) {
  const std::pair<storage::SiteId, std::string> entry(site_id, key_id);
  {
    MutexLock lock(mutex_);
    if (sealed_.contains(entry)) return absl::OkStatus();
  }
  absl::Status status =
      store_.SealKey(site_id, key_id, sealer_.Seal(key_id, key), clock_.Now(), deadline);
  if (!status.ok()) return status;
  MutexLock lock(mutex_);
  if (sealed_.size() >= kSealedKeysKnownMax) sealed_.clear();
  sealed_.insert(entry);
  return status;
}

}  // namespace replyguard::service
