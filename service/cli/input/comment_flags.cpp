// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/comment_flags.h"

#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <istream>
#include <iterator>

#include "absl/status/status.h"
#include "service/cli/client/names.h"
#include "service/cli/input/duration_flags.h"

namespace replyguard::service::cli {
namespace {

// More than any comment may have; the server says so properly.
constexpr std::streamsize kBodyBytesReadMax = 1024 * 1024;

std::string ReadBody(std::istream& in) {
  std::string body(static_cast<std::size_t>(kBodyBytesReadMax), '\0');
  in.read(body.data(), kBodyBytesReadMax);
  body.resize(static_cast<std::size_t>(in.gcount()));
  return body;
}

}  // namespace

void AddCommentFlags(CLI::App& command, CommentFlags& flags) {
  const auto text = [&](const char* name, std::string& value, const char* help) {
    return command.add_option(name, value, help)->type_name("");
  };
  CLI::Option* from = text(
      "--from", flags.from,
      "Many comments instead: a file of JSON lines, or - for standard input. A line is an object "
      "with id, author, text and more; --thread, --author-name and --author-email fill in what a "
      "line lacks, and no other flag of a comment may be given");
  text("--thread", flags.thread, "Key of the article, [A-Za-z0-9._~-]")->capture_default_str();
  text("--author-name", flags.author_name, "The author's name");
  text("--author-email", flags.author_email, "The author's email address");
  const auto single = [&](const char* name, std::string& value, const char* help) {
    text(name, value, help)->excludes(from);
  };
  single("--body", flags.body, "The comment; - reads it from standard input");
  single("--author-url", flags.author_url, "The author's website");
  single("--author-ip", flags.author_ip, "The author's IP address");
  single("--user-agent", flags.user_agent, "The author's browser");
  single("--referrer", flags.referrer, "Where the author came from");
  single("--language", flags.language, "Language tag, such as de or pt-BR");
  single("--parent", flags.parent, "The comment this one replies to");
  single("--thread-uri", flags.thread_uri, "Address of the article");
  single("--thread-title", flags.thread_title, "Title of the article");
  single("--honeypot", flags.honeypot, "What was typed into the hidden field");
  single("--fill-time", flags.fill_time, "How long the form took, such as 12s");
  command
      .add_flag("--author-verified", flags.author_verified, "The website vouches for the author")
      ->excludes(from);
}

absl::StatusOr<v1::Submission> SubmissionFrom(const CommentFlags& flags,
                                              const config::Settings& settings, std::istream& in) {
  v1::Submission submission;
  const auto thread = NameIn(settings, "threads", flags.thread);
  if (!thread.ok()) return thread.status();
  submission.set_thread(*thread);
  if (!flags.parent.empty()) {
    const auto parent = NameIn(settings, "comments", flags.parent);
    if (!parent.ok()) return parent.status();
    submission.set_parent_comment(*parent);
  }
  submission.set_author_name(flags.author_name);
  submission.set_author_email(flags.author_email);
  submission.set_author_url(flags.author_url);
  submission.set_body(flags.body == "-" ? ReadBody(in) : flags.body);
  submission.set_author_ip(flags.author_ip);
  submission.set_user_agent(flags.user_agent);
  submission.set_referrer(flags.referrer);
  submission.set_language(flags.language);
  submission.set_author_verified(flags.author_verified);
  submission.set_thread_uri(flags.thread_uri);
  submission.set_thread_title(flags.thread_title);
  if (!flags.honeypot.empty()) submission.mutable_form()->set_honeypot(flags.honeypot);
  if (!flags.fill_time.empty()) {
    const auto milliseconds = DurationFlag("--fill-time", flags.fill_time);
    if (!milliseconds.ok()) return milliseconds.status();
    *submission.mutable_form()->mutable_fill_time() =
        google::protobuf::util::TimeUtil::MillisecondsToDuration(*milliseconds);
  }
  return submission;
}

absl::StatusOr<RecordDefaults> DefaultsFrom(const CommentFlags& flags,
                                            const config::Settings& settings) {
  const auto site = SiteName(settings);
  if (!site.ok()) return site.status();
  return RecordDefaults{.site = std::string(LastPart(*site)),
                        .thread = flags.thread,
                        .author_name = flags.author_name,
                        .author_email = flags.author_email};
}

}  // namespace replyguard::service::cli
