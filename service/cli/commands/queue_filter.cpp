// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/queue_filter.h"

#include <CLI/CLI.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"

namespace replyguard::service::cli {

void AddQueueFlags(CLI::App& command, QueueFlags& flags) {
  command
      .add_option(
          "--order", flags.order,
          "oldest, newest, uncertain (where the machine was least sure), or useful (where a "
          "label would teach most)")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"oldest", "newest", "uncertain", "useful"}));
  command
      .add_option("--cause", flags.cause,
                  "Only held, reported, edited or returned ones, or the blind-sample")
      ->type_name("")
      ->check(CLI::IsMember({"held", "reported", "edited", "returned", "blind-sample"}));
  command.add_flag("--shadow", flags.shadow,
                   "The comments that the shadow would have decided otherwise, whatever their "
                   "status (see model shadow)");
  command.add_flag("--escalated", flags.escalated, "Only those that wait for an operator");
  AddMatchFlags(command, flags.match);
}

v1::QueueOrder OrderOf(const QueueFlags& flags) {
  v1::QueueOrder order = v1::QUEUE_ORDER_OLDEST;
  v1::QueueOrder_Parse("QUEUE_ORDER_" + absl::AsciiStrToUpper(flags.order), &order);
  return order;
}

absl::StatusOr<v1::QueueFilter> FilterOf(const QueueFlags& flags,
                                         const config::Settings& settings) {
  v1::QueueFilter filter;
  if (!flags.cause.empty()) {
    v1::QueueItem::Cause cause = v1::QueueItem::CAUSE_UNSPECIFIED;
    v1::QueueItem::Cause_Parse(
        "CAUSE_" + absl::AsciiStrToUpper(absl::StrReplaceAll(flags.cause, {{"-", "_"}})), &cause);
    filter.set_cause(cause);
  }
  filter.set_shadow(flags.shadow);
  if (flags.escalated) filter.set_escalation(v1::ESCALATION_FILTER_ESCALATED);
  if (absl::Status status = ReadMatch(flags.match, settings, &filter); !status.ok()) return status;
  return filter;
}

}  // namespace replyguard::service::cli
