// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/import/source.h"

// A comment as WordPress keeps it, whichever way it was exported.
namespace replyguard::service::importing {

struct WordpressComment {
  std::string id, author, email, url, ip, date_gmt, content, approved, agent, type;
  // Of the plugins that judged it; empty when none did.
  std::string akismet_result, akismet_user_result, antispam_bee_reason;
};

// The field of this column of wp_comments, or element of WXR, whose names differ in case only;
// nullptr for one that is not read.
std::string* FieldOf(WordpressComment& comment, std::string_view name);

// Consumes it. What a person said to Akismet counts most; then what stands in the table (1: ham,
// spam: spam); of what is neither, what a plugin called spam. Pending and trashed comments have no
// label of their own: they were removed for any reason, or not yet.
Row RowOf(WordpressComment comment, std::int64_t line);

}  // namespace replyguard::service::importing
