// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/pages.h"
#include "service/cli/commands/queue.h"
#include "service/cli/commands/queue_filter.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

constexpr std::int64_t kPageMax = 200;
constexpr std::size_t kExcerptColumns = 60;

struct ListFlags {
  QueueFlags filter;
  std::int64_t count = 25;
};

void AddRow(Table& table, const v1::QueueItem& item) {
  const v1::Comment& comment = item.comment();
  table.Add({comment.name(), AgeText(item.enter_time()), Short(item.cause()),
             ProbabilityText(comment.assessment()),
             item.alike_count() > 1 ? std::to_string(item.alike_count()) : "",
             SafeLine(comment.author().display_name(), 20),
             item.has_lease() ? SafeLine(item.lease().holder(), 16) : "",
             SafeLine(comment.body(), kExcerptColumns)});
}

ExitCode ListPages(Context& context, const Connection& connection, v1::ListQueueRequest request,
                   std::int64_t count) {
  const auto stub = v1::ModerationService::NewStub(connection.channel());
  Table table({"COMMENT", "WAITS", "CAUSE", "SPAM", "ALIKE", "AUTHOR", "HELD BY", "TEXT"});
  const grpc::Status status =
      ReadPages(connection, *stub, &v1::ModerationService::Stub::ListQueue, count, kPageMax,
                request, [&](const v1::ListQueueResponse& response) {
                  for (const v1::QueueItem& item : response.items()) {
                    if (context.json()) {
                      context.out << JsonOf(item) << "\n";
                    } else {
                      AddRow(table, item);
                    }
                  }
                  return response.items_size();
                });
  if (!status.ok()) return Fail(context, status);
  if (context.json()) return ExitCode::kOk;
  if (table.empty()) context.out << "Nothing waits.\n";
  table.Print(context.out, context.style);
  if (!request.page_token().empty()) context.out << context.style.Dim("more wait: --count") << "\n";
  return ExitCode::kOk;
}

ExitCode List(Context& context, const ListFlags& flags) {
  const auto filter = FilterOf(flags.filter, context.settings);
  if (!filter.ok()) return Fail(context, ExitCode::kUsage, std::string(filter.status().message()));
  v1::ListQueueRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  *request.mutable_filter() = *filter;
  request.set_order(OrderOf(flags.filter));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    return ListPages(context, connection, request, flags.count);
  });
}

void PrintStats(Context& context, const v1::QueueStats& stats) {
  context.out << stats.pending_count() << " wait, " << stats.leased_count()
              << " of them held by somebody, " << stats.reported_count()
              << " reported by readers\n";
  if (stats.blind_sample_count() > 0) {
    context.out << stats.blind_sample_count()
                << " decided by the machine wait to be judged blind\n";
  }
  if (stats.has_oldest_enter_time()) {
    context.out << "the oldest has waited " << AgeText(stats.oldest_enter_time()) << "\n";
  }
  if (stats.shadow_count() > 0) {
    context.out << stats.shadow_count() << " that the shadow would have decided otherwise\n";
  }
  context.out << stats.decided_last_day_count() << " decided in the last 24 hours\n";
}

ExitCode Stats(Context& context) {
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::GetQueueStatsRequest request;
    request.set_parent(SiteNameOrAll(context.settings));
    v1::GetQueueStatsResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModerationService::Stub::GetQueueStats, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { PrintStats(context, response.stats()); });
  });
}

}  // namespace

void AddQueueLook(CLI::App& group, Selection& selection) {
  CLI::App* list =
      AddCommand(group, selection, config::Scope::kClient, "list",
                 "Lists what waits; of every site the key covers when none is configured.");
  const auto flags = std::make_shared<ListFlags>();
  AddQueueFlags(*list, flags->filter);
  list->add_option("--count", flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str();
  RunWith(list, selection, flags, &List);
  CLI::App* stats = AddCommand(group, selection, config::Scope::kClient, "stats",
                               "How much waits, and for how long.");
  SetCommand(stats, selection, Stats);
}

}  // namespace replyguard::service::cli
