// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "replyguard/v1/comment.pb.h"
#include "service/cli/frame/cli_app.h"
#include "service/cli/input/record.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

// A comment as flags, shared by submit and check; or where many are read from.
struct CommentFlags {
  std::string
      from;  // a file of JSON lines, "-" for standard input; empty: one comment from the flags
  std::string thread = "default";
  std::string parent;
  std::string author_name;
  std::string author_email;
  std::string author_url;
  std::string body;  // "-": from standard input
  std::string author_ip;
  std::string user_agent;
  std::string referrer;
  std::string language;
  std::string thread_uri;
  std::string thread_title;
  std::string honeypot;
  std::string fill_time;
  bool author_verified = false;
};

// Adds the flags; `flags` lives as long as the App.
void AddCommentFlags(CLI::App& command, CommentFlags& flags);

// The one comment that the flags describe; a body of "-" is read from `in`. INVALID_ARGUMENT.
absl::StatusOr<v1::Submission> SubmissionFrom(const CommentFlags& flags,
                                              const config::Settings& settings, std::istream& in);

// What lines of a file take from the flags. INVALID_ARGUMENT when no site is configured.
absl::StatusOr<RecordDefaults> DefaultsFrom(const CommentFlags& flags,
                                            const config::Settings& settings);

}  // namespace replyguard::service::cli
