// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>
#include <ostream>
#include <string>

#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/work_state.h"
#include "service/cli/commands/queue.h"
#include "service/cli/commands/queue_filter.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/duration_flags.h"
#include "service/cli/review/review.h"

namespace replyguard::service::cli {
namespace {

struct ReviewFlags {
  QueueFlags filter;
  std::string lease = "5m";
  bool lines = false;
};

// `signal`: what ended it; 0 for a key.
ExitCode OnScreen(Context& context, Desk& desk, std::unique_ptr<Terminal> terminal,
                  std::chrono::milliseconds lease, int& signal) {
  const ReviewEnd end = ReviewOnScreen(context, desk, *terminal, lease);
  signal = terminal->signal();
  terminal.reset();
  if (!end.last_word.empty()) context.out << end.last_word << "\n";
  context.out << end.summary << "." << std::endl;
  return end.trouble.ok() ? ExitCode::kOk : Fail(context, end.trouble);
}

ExitCode Review(Context& context, const ReviewFlags& flags) {
  const auto filter = FilterOf(flags.filter, context.settings);
  if (!filter.ok()) return Fail(context, ExitCode::kUsage, std::string(filter.status().message()));
  const auto lease = DurationFlag("--lease", flags.lease);
  if (!lease.ok()) return Fail(context, ExitCode::kUsage, std::string(lease.status().message()));
  v1::LeaseNextRequest next;
  next.set_parent(SiteNameOrAll(context.settings));
  *next.mutable_lease_duration() = google::protobuf::util::TimeUtil::MillisecondsToDuration(*lease);
  *next.mutable_filter() = *filter;
  next.set_order(OrderOf(flags.filter));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    Desk desk(connection, next);
    const std::chrono::milliseconds held(*lease);
    const bool dumb = context.environment("TERM").empty() || context.environment("TERM") == "dumb";
    auto terminal = flags.lines || dumb || context.json() ? nullptr : Terminal::Open();
    int signal = 0;
    const ExitCode code = terminal == nullptr
                              ? ReviewByLines(context, desk, held)
                              : OnScreen(context, desk, std::move(terminal), held, signal);
    // Remembering is a comfort, for queue undo: the decisions stand without it.
    if (!desk.last_decision().empty()) {
      WorkState(context.environment, context.settings.Text(config::OptionKey::kClientServer))
          .SaveDecision(desk.last_decision())
          .IgnoreError();
    }
    // Whoever sent it shall see that it was obeyed.
    if (signal != 0) raise(signal);
    return code;
  });
}

}  // namespace

void AddQueueReview(CLI::App& group, Selection& selection) {
  CLI::App* review = AddCommand(
      group, selection, config::Scope::kClient, "review",
      "Works the queue with single keys (? lists them); what replyguard queue does by itself.");
  const auto flags = std::make_shared<ReviewFlags>();
  AddQueueFlags(*review, flags->filter);
  review
      ->add_option("--lease", flags->lease,
                   "How long an item stays yours should this program vanish, 10s to 1h")
      ->type_name("")
      ->capture_default_str();
  review->add_flag("--lines", flags->lines,
                   "A command a line, as where input or output is no terminal");
  RunWith(review, selection, flags, &Review);
  group.require_subcommand(0, 1);
  group.callback([&group, &selection] {
    if (!group.get_subcommands().empty()) return;
    selection.command = [](Context& context) { return Review(context, ReviewFlags{}); };
  });
}

}  // namespace replyguard::service::cli
