// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/work_state.h"
#include "service/cli/commands/queue.h"
#include "service/cli/commands/queue_filter.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/duration_flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

struct NextFlags {
  QueueFlags filter;
  int count = 1;
  std::string lease = "5m";
};

WorkState StateOf(const Context& context) {
  return WorkState(context.environment, context.settings.Text(config::OptionKey::kClientServer));
}

void Remember(Context& context, const v1::LeaseNextResponse& response) {
  std::vector<WorkState::Held> held;
  for (const v1::QueueItem& item : response.items()) {
    held.push_back({item.comment().name(), item.lease().token(), item.comment().etag()});
  }
  const absl::Status saved = StateOf(context).SaveLeases(held);
  if (!saved.ok()) {
    context.err << "replyguard: " << std::string(saved.message())
                << "; name the comment when you decide it\n";
  }
}

void PrintItem(Context& context, const v1::QueueItem& item) {
  PrintComment(context.out, item.comment(), context.style);
  context.out << context.style.Dim("  in the queue for " + AgeText(item.enter_time()) + " (" +
                                   Short(item.cause()) + "); yours until " +
                                   TimeText(item.lease().expire_time()))
              << "\n\n";
}

ExitCode Next(Context& context, const NextFlags& flags) {
  const auto filter = FilterOf(flags.filter, context.settings);
  if (!filter.ok()) return Fail(context, ExitCode::kUsage, std::string(filter.status().message()));
  const auto lease = DurationFlag("--lease", flags.lease);
  if (!lease.ok()) return Fail(context, ExitCode::kUsage, std::string(lease.status().message()));
  v1::LeaseNextRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  request.set_count(flags.count);
  *request.mutable_lease_duration() =
      google::protobuf::util::TimeUtil::MillisecondsToDuration(*lease);
  *request.mutable_filter() = *filter;
  request.set_order(OrderOf(flags.filter));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::LeaseNextResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModerationService::Stub::LeaseNext, request, response);
    if (!status.ok()) return Fail(context, status);
    Remember(context, response);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
      return ExitCode::kOk;
    }
    for (const v1::QueueItem& item : response.items()) PrintItem(context, item);
    if (response.items().empty()) {
      context.out << "Nothing waits that nobody holds.\n";
    } else {
      context.out << "Decide with: replyguard queue approve | spam | trash | hold"
                  << (response.items_size() > 1 ? " COMMENT...\n" : "\n");
    }
    return ExitCode::kOk;
  });
}

ExitCode Release(Context& context) {
  const WorkState state = StateOf(context);
  v1::UpdateLeaseRequest request;
  for (const WorkState::Held& held : state.Leases()) {
    v1::LeaseChange& change = *request.add_changes();
    change.set_comment(held.comment);
    change.set_lease_token(held.lease_token);
  }
  if (request.changes().empty()) {
    return Fail(context, ExitCode::kRejected, "nothing is in hand: see replyguard queue next");
  }
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::UpdateLeaseResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModerationService::Stub::UpdateLease, request, response);
    if (!status.ok()) return Fail(context, status);
    state.SaveLeases({}).IgnoreError();
    return ShowAnswer(context, response,
                      [&] { context.out << "Gave " << request.changes_size() << " back.\n"; });
  });
}

}  // namespace

void AddQueueNext(CLI::App& group, Selection& selection) {
  CLI::App* next =
      AddCommand(group, selection, config::Scope::kClient, "next",
                 "Takes the next comment for you alone, and shows it with the reasons.");
  const auto flags = std::make_shared<NextFlags>();
  AddQueueFlags(*next, flags->filter);
  next->add_option("--count", flags->count, "How many, 1 to 50")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  next->add_option("--lease", flags->lease, "For how long, 10s to 1h")
      ->type_name("")
      ->capture_default_str();
  RunWith(next, selection, flags, &Next);
  CLI::App* release = AddCommand(group, selection, config::Scope::kClient, "release",
                                 "Gives back what the last next took.");
  SetCommand(release, selection, Release);
}

}  // namespace replyguard::service::cli
