// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// From the parameters of comment-check and submit-* to a submission of ours. What has no place in
// it is dropped here: the forms, headers and cookies that some clients send along are never kept.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/http/akismet/parameters.h"
#include "storage/submission.h"
#include "storage/types.h"

namespace replyguard::service::http::akismet {

struct CommentFields {
  // Mended (validation::Repair): too long is cut, what is no text or no address is replaced.
  storage::Submission submission;
  // What was mended: "body: CUT, author_url: DROPPED".
  std::string mended;
  std::optional<storage::CommentId> guid;
  bool by_administrator = false;
  bool known_spam = false;
  bool is_test = false;
  bool again = false;
  std::string blog;       // as sent
  std::string blog_host;  // HostOf(blog)
  std::string callback;   // as sent; empty for none
};

// REQUIRES: CheckRequired.
CommentFields ReadFields(const Parameters& parameters, storage::Timestamp now);

// INVALID_ARGUMENT in Akismet's words for the first that holds nothing.
absl::Status CheckRequired(const Parameters& parameters,
                           std::initializer_list<std::string_view> names);

// The host that a URL, or what is left of one, names: in lower case, without port; empty for what
// is no host's name.
std::string HostOf(std::string_view url);

}  // namespace replyguard::service::http::akismet
