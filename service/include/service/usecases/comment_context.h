// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How a comment came: evidence beside its text, as it was when the comment was sent. Kept with the
// comment (the column comments.context) and copied into its labels, so that what was scored is what
// is learnt. It holds no personal data.
//
// Thread-safety: pure functions and plain values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/masked_comment.h"
#include "storage/types.h"

namespace replyguard::service {

struct CommentContext {
  // False also where the form has no such field, as an empty one cannot be told from none.
  bool honeypot_filled = false;
  std::optional<std::chrono::milliseconds> fill_time;
  // Since the article was published; negative when that lies ahead.
  std::optional<std::chrono::seconds> thread_age;
  // The site's, BCP 47; empty when the comment does not tell its own language, as they then say
  // nothing.
  std::vector<std::string> site_languages;
  friend bool operator==(const CommentContext&, const CommentContext&) = default;
};

// `now` stands in for a submit_time that was not given. The thread's age is known only where the
// submission itself says when the article was published: what the database knows of the thread is
// read after the text was scored.
CommentContext ContextOf(const storage::MaskedComment& comment,
                         const std::vector<std::string>& site_languages, storage::Timestamp now);

// A JSON object; empty when nothing is known.
std::string ContextToJson(const CommentContext& context);
// What cannot be read is absent.
CommentContext ContextFromJson(std::string_view text);

}  // namespace replyguard::service
