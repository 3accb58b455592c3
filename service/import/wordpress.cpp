// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/wordpress.h"

#include <utility>

#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

using storage::LabelClass;

LabelClass LabelOf(const WordpressComment& comment) {
  if (comment.akismet_user_result == "true") return LabelClass::kSpam;
  if (comment.akismet_user_result == "false") return LabelClass::kHam;
  if (comment.approved == "1" || comment.approved == "approve") return LabelClass::kHam;
  if (comment.approved == "spam") return LabelClass::kSpam;
  const bool machine = comment.akismet_result == "true" || !comment.antispam_bee_reason.empty();
  return machine ? LabelClass::kSpam : LabelClass::kNone;
}

std::string_view SkipOf(const std::string& type) {
  if (type.empty() || type == "comment" || type == "review") return {};
  if (type == "pingback") return skip::kPingback;
  if (type == "trackback") return skip::kTrackback;
  return skip::kOtherType;
}

}  // namespace

Row RowOf(WordpressComment comment, std::int64_t line) {
  Row row;
  row.line = line;
  row.skip = SkipOf(comment.type);
  row.label = LabelOf(comment);
  row.id = std::move(comment.id);
  storage::Submission& submission = row.submission;
  submission.author_name = std::move(comment.author);
  submission.author_email = storage::SecretText(comment.email);
  storage::WipeString(comment.email);
  submission.author_ip = storage::SecretText(comment.ip);
  storage::WipeString(comment.ip);
  submission.author_url = std::move(comment.url);
  submission.body = std::move(comment.content);
  submission.user_agent = std::move(comment.agent);
  submission.submit_time = TimeOf(comment.date_gmt);
  return row;
}

}  // namespace replyguard::service::importing
