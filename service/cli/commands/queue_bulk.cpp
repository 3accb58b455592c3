// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/comment_filter.h"
#include "service/cli/commands/queue.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModerationService::Stub;

struct BulkFlags {
  std::string action;
  std::vector<std::string> comments;
  CommentFilterFlags filter;
  std::string reason;
  std::string note;
  bool no_teach = false;
  bool yes = false;
};

struct NamedBulk {
  std::string bulk;
};

struct ListFlags {
  std::int32_t count = 25;
};

std::string StateText(const v1::Bulk& bulk) {
  return absl::AsciiStrToLower(v1::Bulk::State_Name(bulk.state()).substr(sizeof("STATE_") - 1));
}

void PrintPreview(Context& context, const v1::PreviewBulkResponse& preview) {
  context.out << preview.bulk().total_count() << " comments of " << preview.author_count()
              << " authors and " << preview.network_count() << " networks";
  for (const v1::CommentStatusCount& count : preview.counts()) {
    context.out << ", " << count.count() << " " << Short(count.status());
  }
  context.out << "; " << preview.leased_count() << " held by somebody\n";
  if (preview.more()) context.out << "more match: decide these first\n";
  Table table({"COMMENT", "STATUS", "AUTHOR", "TEXT"});
  for (const v1::Comment& comment : preview.sample()) {
    table.Add({std::string(LastPart(comment.name())), Short(comment.status()),
               SafeLine(comment.author().display_name(), 20), SafeLine(comment.body(), 60)});
  }
  table.Print(context.out, context.style);
}

void PrintProgress(Context& context, const v1::Bulk& bulk) {
  context.out << bulk.name() << "  " << StateText(bulk) << ": " << bulk.decided_count()
              << " decided, " << bulk.skipped_count() << " left alone, " << bulk.undone_count()
              << " taken back, " << bulk.remaining_count() << " remain\n";
}

template <typename Response>
void PrintSkips(Context& context, const Response& response) {
  for (const v1::BulkSkip& skip : response.skips()) {
    context.err << SafeLine(skip.comment(), 200) << ": " << skip.reason() << ": "
                << SafeLine(skip.message(), 500) << "\n";
  }
}

// Calls until nothing remains.
template <typename Request, typename Response>
ExitCode ToTheEnd(Context& context, const Connection& connection, Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request) {
  for (;;) {
    Response response;
    const grpc::Status status = connection.Call(stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
    } else {
      PrintSkips(context, response);
    }
    if (response.bulk().remaining_count() > 0) continue;
    if (!context.json()) PrintProgress(context, response.bulk());
    return ExitCode::kOk;
  }
}

absl::Status Select(const BulkFlags& flags, const config::Settings& settings,
                    v1::BulkSelection* selection) {
  for (const std::string& typed : flags.comments) {
    const auto name = NameIn(settings, "comments", typed);
    if (!name.ok()) return name.status();
    selection->add_comments(*name);
  }
  if (!flags.comments.empty()) return absl::OkStatus();
  return ReadFilter(flags.filter, settings, selection->mutable_filter(),
                    selection->mutable_statuses());
}

ExitCode Bulk(Context& context, const BulkFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  v1::PreviewBulkRequest request;
  request.set_parent(*site);
  if (const auto status = Select(flags, context.settings, request.mutable_selection());
      !status.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(status.message()));
  }
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::PreviewBulkResponse preview;
    const grpc::Status status = connection.Call(*stub, &Stub::PreviewBulk, request, preview);
    if (!status.ok()) return Fail(context, status);
    if (!flags.yes || !context.json()) {
      ShowAnswer(context, preview, [&] { PrintPreview(context, preview); });
    }
    if (!flags.yes) {
      if (!context.json()) context.out << "nothing is decided yet: --yes decides them\n";
      return ExitCode::kOk;
    }
    v1::ApplyBulkRequest apply;
    apply.set_name(preview.bulk().name());
    v1::DecisionAction action = v1::DECISION_ACTION_UNSPECIFIED;
    v1::DecisionAction_Parse("DECISION_ACTION_" + absl::AsciiStrToUpper(flags.action), &action);
    apply.set_action(action);
    apply.set_reason_code(flags.reason);
    apply.set_note(flags.note);
    if (flags.no_teach) apply.set_teach(false);
    return ToTheEnd(context, connection, *stub, &Stub::ApplyBulk, apply);
  });
}

ExitCode Undo(Context& context, const NamedBulk& flags) {
  const auto name = NameIn(context.settings, "bulks", flags.bulk);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::UndoBulkRequest request;
    request.set_name(*name);
    return ToTheEnd(context, connection, *stub, &Stub::UndoBulk, request);
  });
}

ExitCode List(Context& context, const ListFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::ListBulksRequest request;
    request.set_parent(*site);
    request.set_page_size(flags.count);
    v1::ListBulksResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::ListBulks, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      Table table({"TIME", "ACTION", "STATE", "DECIDED", "LEFT ALONE", "TAKEN BACK", "BY", "BULK"});
      for (const v1::Bulk& bulk : response.bulks()) {
        table.Add({TimeText(bulk.apply_time()), Short(bulk.action()), StateText(bulk),
                   std::to_string(bulk.decided_count()), std::to_string(bulk.skipped_count()),
                   std::to_string(bulk.undone_count()), bulk.actor(),
                   std::string(LastPart(bulk.name()))});
      }
      table.Print(context.out, context.style);
    });
  });
}

}  // namespace

void AddQueueBulk(CLI::App& group, Selection& selection) {
  CLI::App* bulk = AddCommand(group, selection, config::Scope::kClient, "bulk",
                              "Decides many comments at once: those named, or what the flags "
                              "find. Shows what it would hit; --yes decides.");
  const auto flags = std::make_shared<BulkFlags>();
  bulk->add_option("action", flags->action, "approve, spam, trash or hold")
      ->required()
      ->check(CLI::IsMember({"approve", "spam", "trash", "hold"}));
  bulk->add_option("comments", flags->comments, "Names, or the last parts of them");
  AddCommentFilterFlags(*bulk, flags->filter);
  bulk->add_option("--code", flags->reason, "A reason code the website may show")->type_name("");
  bulk->add_option("--note", flags->note, "For the audit trail alone")->type_name("");
  bulk->add_flag("--no-teach", flags->no_teach, "Decide, and teach nothing");
  bulk->add_flag("--yes", flags->yes, "Decide them");
  RunWith(bulk, selection, flags, &Bulk);

  CLI::App* undo = AddCommand(group, selection, config::Scope::kClient, "bulk-undo",
                              "Takes a whole bulk decision back, and exactly what it taught.");
  const auto named = std::make_shared<NamedBulk>();
  undo->add_option("bulk", named->bulk, "Its name, or the last part of it")->required();
  RunWith(undo, selection, named, &Undo);

  CLI::App* list = AddCommand(group, selection, config::Scope::kClient, "bulks",
                              "Lists the bulk decisions of a site, newest first.");
  const auto list_flags = std::make_shared<ListFlags>();
  list->add_option("--count", list_flags->count, "At most so many, 1 to 200")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  RunWith(list, selection, list_flags, &List);
}

}  // namespace replyguard::service::cli
