// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "replyguard/v1/comment_filter.pb.h"
#include "service/cli/client/names.h"
#include "service/cli/frame/cli_app.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

// By what queue items and comments alike are found, as flags.
struct MatchFlags {
  std::string text;
  std::string network;
  std::string language;
  std::string reason;
  std::string campaign;
  std::string author;
  std::string thread;
  std::optional<double> probability_min;
  std::optional<double> probability_max;
};
void AddMatchFlags(CLI::App& command, MatchFlags& flags);
// Sets the fields of the same names. INVALID_ARGUMENT.
template <typename Filter>
absl::Status ReadMatch(const MatchFlags& flags, const config::Settings& settings, Filter* filter);

// Which comments are meant.
struct CommentFilterFlags {
  MatchFlags match;
  std::vector<std::string> statuses;
  std::string since;
};
void AddCommentFilterFlags(CLI::App& command, CommentFilterFlags& flags);
// INVALID_ARGUMENT.
absl::Status ReadFilter(const CommentFilterFlags& flags, const config::Settings& settings,
                        v1::CommentFilter* filter, google::protobuf::RepeatedField<int>* statuses);

template <typename Filter>
absl::Status ReadMatch(const MatchFlags& flags, const config::Settings& settings, Filter* filter) {
  filter->set_text(flags.text);
  filter->set_network(flags.network);
  filter->set_language(flags.language);
  filter->set_reason(flags.reason);
  if (!flags.campaign.empty()) {
    const auto campaign = NameIn(settings, "campaigns", flags.campaign);
    if (!campaign.ok()) return campaign.status();
    filter->set_campaign(*campaign);
  }
  filter->set_author_id(flags.author);
  if (!flags.thread.empty()) {
    const auto thread = NameIn(settings, "threads", flags.thread);
    if (!thread.ok()) return thread.status();
    filter->set_thread(*thread);
  }
  if (flags.probability_min) filter->set_probability_min(*flags.probability_min);
  if (flags.probability_max) filter->set_probability_max(*flags.probability_max);
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
