// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/fields.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/http/server/text.h"
#include "service/import/text.h"
#include "service/usecases/akismet/guid.h"
#include "service/validation/submission.h"
#include "storage/akismet_store.h"
#include "storage/masking.h"

namespace replyguard::service::http::akismet {
namespace {

// The protocol's own test values.
constexpr std::string_view kSpamAuthor = "viagra-test-123";
constexpr absl::string_view kSpamEmail = "akismet-guaranteed-spam@example.com";

// An article has one thread whatever the scheme and the place in the page. A key of ours for it, as
// it may hold any character; of the masked address, as a hash of an address can be guessed.
std::string ThreadKeyOf(std::string_view permalink) {
  std::string_view rest = permalink.substr(0, permalink.find('#'));
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    rest.remove_prefix(scheme + 3);
  }
  const std::string masked = storage::MaskText(rest).text();
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(masked.data()), masked.size(), nullptr,
                     0);
  std::array<char, 2 * hash.size() + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return absl::StrCat("akismet-", hex.data());
}

bool IsAdministrator(std::string_view roles) {
  for (const absl::string_view role : absl::StrSplit(View(roles), ',')) {
    if (absl::StripAsciiWhitespace(role) == "administrator") return true;
  }
  return false;
}

// What a person does not see and a robot fills in. Plugins send it under the form's name, or as the
// form's field.
std::string_view HoneypotOf(const Parameters& parameters) {
  const std::string name(parameters.Get("honeypot_field_name"));
  if (!name.empty()) {
    for (const std::string& field : {name, "POST_" + name}) {
      if (const std::string_view value = parameters.Get(field); !value.empty()) return value;
    }
  }
  return parameters.Get("akismet_api_honeypot_field");
}

storage::Submission SubmissionOf(const Parameters& parameters) {
  const auto text = [&](std::string_view name) { return std::string(parameters.Get(name)); };
  storage::Submission out;
  out.author_name = text("comment_author");
  out.author_email = storage::SecretText(parameters.Get("comment_author_email"));
  out.author_url = text("comment_author_url");
  out.body = text("comment_content");
  out.author_ip = storage::SecretText(parameters.Get("user_ip"));
  out.user_agent = text("user_agent");
  out.referrer = text("referrer");
  out.comment_type = text("comment_type");
  if (out.comment_type.empty()) out.comment_type = text("content_type");
  // A visitor has no role. blog_lang is the site's language, not the comment's: it says nothing.
  out.author_verified = !parameters.Get("user_role").empty();
  out.honeypot = std::string(HoneypotOf(parameters));
  out.submit_time = importing::TimeOf(parameters.Get("comment_date_gmt"));
  // Comments that stand under no article share a thread.
  const std::string_view permalink = parameters.Get("permalink");
  out.thread_uri = permalink.empty() ? text("blog") : std::string(permalink);
  out.thread_key = ThreadKeyOf(out.thread_uri);
  return out;
}

}  // namespace

std::string HostOf(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#\\"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) {
    url.remove_prefix(user + 1);
  }
  std::string host = absl::AsciiStrToLower(absl::StripAsciiWhitespace(View(url)));
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  if (host.starts_with('[')) host = host.substr(0, host.find(']') + 1);
  const bool named = std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view(".-_[]:").find(c) != std::string_view::npos;
  });
  return named && host.size() <= storage::kBlogBytesMax ? host : std::string();
}

absl::Status CheckRequired(const Parameters& parameters,
                           std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (absl::StripAsciiWhitespace(View(parameters.Get(name))).empty()) {
      return absl::InvalidArgumentError(absl::StrCat("Missing required field: ", View(name)));
    }
  }
  return absl::OkStatus();
}

CommentFields ReadFields(const Parameters& parameters, storage::Timestamp now) {
  CommentFields out;
  out.submission = SubmissionOf(parameters);
  out.known_spam = parameters.Get("comment_author") == kSpamAuthor ||
                   absl::EqualsIgnoreCase(View(parameters.Get("comment_author_email")), kSpamEmail);
  out.mended = validation::RepairText(validation::Repair(out.submission, now));
  out.guid = FromGuid(parameters.Get("guid"));
  out.by_administrator = IsAdministrator(parameters.Get("user_role"));
  out.is_test = parameters.IsSet("is_test");
  out.again = !parameters.Get("recheck_reason").empty();
  out.blog = std::string(parameters.Get("blog"));
  out.blog_host = HostOf(out.blog);
  out.callback = std::string(parameters.Get("callback"));
  return out;
}

}  // namespace replyguard::service::http::akismet
