// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replyguard/v1/comment_filter.pb.h"
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
};
void AddMatchFlags(CLI::App& command, MatchFlags& flags);
// Sets text, network, language, reason and campaign. INVALID_ARGUMENT.
template <typename Filter>
absl::Status ReadMatch(const MatchFlags& flags, const config::Settings& settings, Filter* filter);

// Which comments are meant.
struct CommentFilterFlags {
  MatchFlags match;
  std::vector<std::string> statuses;
  std::string author;
  std::string thread;
  std::string since;
  std::optional<double> probability_min;
  std::optional<double> probability_max;
};
void AddCommentFilterFlags(CLI::App& command, CommentFilterFlags& flags);
// INVALID_ARGUMENT.
absl::Status ReadFilter(const CommentFilterFlags& flags, const config::Settings& settings,
                        v1::CommentFilter* filter, google::protobuf::RepeatedField<int>* statuses);

// The full name in a collection, or a rule's, or the code itself. INVALID_ARGUMENT.
absl::StatusOr<std::string> CampaignNameIn(const config::Settings& settings,
                                           const std::string& typed);

template <typename Filter>
absl::Status ReadMatch(const MatchFlags& flags, const config::Settings& settings, Filter* filter) {
  filter->set_text(flags.text);
  filter->set_network(flags.network);
  filter->set_language(flags.language);
  filter->set_reason(flags.reason);
  if (flags.campaign.empty()) return absl::OkStatus();
  const auto campaign = CampaignNameIn(settings, flags.campaign);
  if (!campaign.ok()) return campaign.status();
  filter->set_campaign(*campaign);
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
