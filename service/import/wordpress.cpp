// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/wordpress.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
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

std::string* FieldOf(WordpressComment& comment, std::string_view name) {
  using C = WordpressComment;
  static const std::map<std::string, std::string C::*, std::less<>> kFields = {
      {"comment_id", &C::id},
      {"comment_author", &C::author},
      {"comment_author_email", &C::email},
      {"comment_author_url", &C::url},
      {"comment_author_ip", &C::ip},
      {"comment_date_gmt", &C::date_gmt},
      {"comment_content", &C::content},
      {"comment_approved", &C::approved},
      {"comment_agent", &C::agent},
      {"comment_type", &C::type}};
  const auto field =
      kFields.find(absl::AsciiStrToLower(absl::string_view(name.data(), name.size())));
  return field == kFields.end() ? nullptr : &(comment.*(field->second));
}

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
