// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/comment_filter.h"

#include <CLI/CLI.hpp>
#include <chrono>

#include "absl/strings/ascii.h"
#include "replyguard/v1/comment.pb.h"
#include "service/cli/input/duration_flags.h"

namespace replyguard::service::cli {

void AddMatchFlags(CLI::App& command, MatchFlags& flags) {
  command.add_option("--text", flags.text, "Only with each of these words in text or name")
      ->type_name("");
  command.add_option("--network", flags.network, "Only this network's, such as 192.0.2.0/24")
      ->type_name("");
  command
      .add_option("--language", flags.language,
                  "Only in this language, such as de, or script, such as und-Cyrl")
      ->type_name("");
  command
      .add_option("--why", flags.reason,
                  "Only those with this reason: a code such as LINKS_MAX, or a rule's name")
      ->type_name("");
  command
      .add_option("--campaign", flags.campaign,
                  "Only those alike to this comment: its id, or a campaign's name")
      ->type_name("");
  command.add_option("--author", flags.author, "Only this author's: 32 hexadecimal digits")
      ->type_name("");
  command.add_option("--thread", flags.thread, "Only this thread's: its key or name")
      ->type_name("");
  command
      .add_option("--probability-min", flags.probability_min,
                  "Only at least so likely spam, 0 to 1")
      ->type_name("")
      ->check(CLI::Range(0.0, 1.0));
  command
      .add_option("--probability-max", flags.probability_max, "Only at most so likely spam, 0 to 1")
      ->type_name("")
      ->check(CLI::Range(0.0, 1.0));
}

void AddCommentFilterFlags(CLI::App& command, CommentFilterFlags& flags) {
  AddMatchFlags(command, flags.match);
  command
      .add_option("--status", flags.statuses,
                  "Only pending, approved, spam or trashed ones; may be given several times")
      ->type_name("")
      ->check(CLI::IsMember({"pending", "approved", "spam", "trashed"}));
  command.add_option("--since", flags.since, "Only received within this time, such as 24h or 7d")
      ->type_name("");
}

absl::Status ReadFilter(const CommentFilterFlags& flags, const config::Settings& settings,
                        v1::CommentFilter* filter, google::protobuf::RepeatedField<int>* statuses) {
  if (absl::Status status = ReadMatch(flags.match, settings, filter); !status.ok()) return status;
  for (const std::string& name : flags.statuses) {
    v1::CommentStatus status = v1::COMMENT_STATUS_UNSPECIFIED;
    v1::CommentStatus_Parse("COMMENT_STATUS_" + absl::AsciiStrToUpper(name), &status);
    statuses->Add(status);
  }
  if (!flags.since.empty()) {
    if (absl::Status status = ApplySince(flags.since, *filter->mutable_start_time());
        !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
