// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/submission.h"

#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "validation/characters.h"

namespace replyguard::service::validation {
namespace {

// Checks the fields of one message, whose names all begin with the same path.
class FieldChecker {
 public:
  FieldChecker(std::string_view path, Violations& violations,
               std::vector<RepairNote>* cuts = nullptr)
      : path_(path), violations_(violations), cuts_(cuts) {}

  std::string Path(std::string_view field) const { return path_ + std::string(field); }

  void Add(std::string_view field, std::string_view reason, std::string_view description) {
    violations_.Add(Path(field), reason, description);
  }

  bool Text(std::string& text, const TextRule& rule, std::string_view field,
            std::string_view label) {
    return CheckText(text, rule, Path(field), label, violations_);
  }

  // Refused only beyond what is sane.
  void Header(std::string& text, std::size_t bytes_max, std::string_view field,
              std::string_view label) {
    if (!Text(text, {.bytes_max = kHeaderBytesMax}, field, label)) return;
    if (!CutHeader(text, bytes_max)) return;
    if (cuts_ != nullptr) cuts_->push_back({std::string(field), RepairNote::Kind::kCut});
    Text(text, {.bytes_max = bytes_max}, field, label);
  }

  void Url(std::string& url, const TextRule& rule, std::string_view field, std::string_view label) {
    if (!Text(url, rule, field, label) || url.empty()) return;
    const std::string subject(label);
    switch (CheckUrl(url)) {
      case UrlProblem::kNone:
        return;
      case UrlProblem::kMalformed:
        return Add(field, reason::kUrlInvalid,
                   subject + " is not a web address such as https://example.org/.");
      case UrlProblem::kScheme:
        return Add(field, reason::kUrlSchemeInvalid,
                   subject + " must begin with http:// or https://.");
      case UrlProblem::kCredentials:
        return Add(field, reason::kUrlHasCredentials,
                   subject + " must not hold a user name or password.");
    }
  }

  void Email(storage::SecretText& email, bool required) {
    constexpr std::string_view kField = "author_email";
    constexpr std::string_view kLabel = "The email address";
    std::string text(email.Reveal());
    const TextRule rule{.required = required, .chars_max = kAuthorEmailCharsMax};
    const bool fine = Text(text, rule, kField, kLabel);
    if (fine && !text.empty() && !IsValidEmail(text)) {
      Add(kField, reason::kEmailInvalid,
          "The email address is not valid: it looks like name@example.org.");
    }
    if (fine) email = storage::SecretText(text);
    storage::WipeString(text);
  }

  void Body(std::string& body, bool required) {
    Text(body, {.multi_line = true, .required = required, .bytes_max = kBodyBytesMax}, "body",
         "The comment");
  }

  void Name(std::string& name, bool required) {
    Text(name, {.required = required, .chars_max = kAuthorNameCharsMax}, "author_name", "The name");
  }

  void Website(std::string& url, bool required) {
    Url(url, {.required = required, .bytes_max = kAuthorUrlBytesMax}, "author_url", "The website");
  }

 private:
  std::string path_;
  Violations& violations_;
  std::vector<RepairNote>* const cuts_;  // null: nobody asks
};

void CheckRequest(storage::Submission& s, FieldChecker& check) {
  if (!s.author_ip.empty() && !IsValidIp(s.author_ip.Reveal())) {
    check.Add("author_ip", reason::kIpInvalid,
              "The IP address is neither IPv4 nor IPv6 in textual form.");
  }
  check.Header(s.user_agent, kUserAgentBytesMax, "user_agent", "The user agent");
  check.Header(s.referrer, kReferrerBytesMax, "referrer", "The referrer");
  if (!s.language.empty() && !IsLanguageTag(s.language)) {
    check.Add("language", reason::kLanguageInvalid,
              "The language is not a BCP 47 tag such as \"de\" or \"pt-BR\".");
  }
  check.Text(s.comment_type, {.bytes_max = kCommentTypeBytesMax}, "comment_type",
             "The comment type");
  check.Text(s.honeypot, {.multi_line = true, .bytes_max = kHoneypotBytesMax}, "form.honeypot",
             "The hidden field");
  if (s.form_fill_time && (s.form_fill_time->count() < 0 || *s.form_fill_time > kFormFillTimeMax)) {
    check.Add("form.fill_time", reason::kOutOfRange,
              "The time to fill in the form must be between 0 and 7 days.");
  }
}

void CheckThread(storage::Submission& s, FieldChecker& check) {
  if (s.thread_key.empty()) {
    check.Add("thread", reason::kRequired, "The thread is required.");
  } else if (!IsThreadKey(s.thread_key)) {
    check.Add(
        "thread", reason::kNameInvalid,
        "The thread's key must be 1 to 200 letters, digits, dots, underscores, tildes or hyphens.");
  }
  if (!s.parent_comment.empty() && !IsHexId(s.parent_comment)) {
    check.Add("parent_comment", reason::kNameInvalid,
              "The parent comment's id must be 32 hexadecimal digits.");
  }
  check.Url(s.thread_uri, {.bytes_max = kThreadUriBytesMax}, "thread_uri", "The article's address");
  check.Text(s.thread_title, {.chars_max = kThreadTitleCharsMax}, "thread_title",
             "The article's title");
}

}  // namespace

Violations Validate(storage::Submission& submission, const SiteForm& form, Time now,
                    std::string_view path, std::vector<RepairNote>* cuts) {
  Violations violations;
  FieldChecker check(path, violations, cuts);
  // In the order of the form, so that the first message is about the first field.
  check.Body(submission.body, form.body);
  check.Name(submission.author_name, form.author_name);
  check.Email(submission.author_email, form.author_email);
  check.Website(submission.author_url, form.author_url);
  CheckRequest(submission, check);
  CheckThread(submission, check);
  if (submission.submit_time && *submission.submit_time > now + kClockSkewMax) {
    check.Add("submit_time", reason::kTimeInFuture,
              "The submit time is more than 5 minutes in the future.");
  }
  return violations;
}

Violations Validate(storage::SubmissionEdit& edit, const SiteForm& form, std::string_view path) {
  Violations violations;
  FieldChecker check(path, violations);
  if (edit.body) check.Body(*edit.body, form.body);
  if (edit.author_name) check.Name(*edit.author_name, form.author_name);
  if (edit.author_url) check.Website(*edit.author_url, form.author_url);
  return violations;
}

}  // namespace replyguard::service::validation
