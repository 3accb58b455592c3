// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/pages.h"
#include "service/cli/commands/comment_filter.h"
#include "service/cli/commands/comment_parts.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModerationService::Stub;

struct SearchFlags {
  CommentFilterFlags filter;
  std::int64_t count = 25;
};

struct CommentFlags {
  std::string comment;
  std::string text;
  std::string target = "author";
  std::string action = "spam";
};

constexpr auto kByName = [](auto& request, const std::string& name) { request.set_name(name); };
constexpr auto kByParent = [](auto& request, const std::string& name) { request.set_parent(name); };

// Calls `method` with the comment's full name set by `set`, prints by `print` or as JSON.
template <typename Request, typename Response, typename Set, typename Print>
ExitCode OfComment(Context& context, const std::string& typed, Request request,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   Set set, Print print) {
  const auto name = NameIn(context.settings, "comments", typed);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  set(request, *name);
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { print(response); });
  });
}

void AddRow(Table& table, const v1::Comment& comment) {
  table.Add({comment.name(), TimeText(comment.submit_time()), Short(comment.status()),
             ProbabilityText(comment.assessment()), SafeLine(comment.author().display_name(), 20),
             SafeLine(comment.body(), 60)});
}

Table Comments() { return Table({"COMMENT", "TIME", "STATUS", "SPAM", "AUTHOR", "TEXT"}); }

ExitCode Find(Context& context, const SearchFlags& flags) {
  constexpr std::int64_t kPageMax = 200;
  v1::SearchCommentsRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  if (const auto status = ReadFilter(flags.filter, context.settings, request.mutable_filter(),
                                     request.mutable_statuses());
      !status.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(status.message()));
  }
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    Table table = Comments();
    const grpc::Status status =
        ReadPages(connection, *stub, &Stub::SearchComments, flags.count, kPageMax, request,
                  [&](const v1::SearchCommentsResponse& response) {
                    for (const v1::Comment& comment : response.comments()) {
                      if (context.json()) {
                        context.out << JsonOf(comment) << "\n";
                      } else {
                        AddRow(table, comment);
                      }
                    }
                    return response.comments_size();
                  });
    if (!status.ok()) return Fail(context, status);
    if (!context.json() && table.empty()) context.out << "No comment was found.\n";
    table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

void PrintCounts(std::ostream& out,
                 const google::protobuf::RepeatedPtrField<v1::CommentStatusCount>& counts) {
  for (const auto& count : counts) out << "  " << count.count() << " " << Short(count.status());
  out << "\n";
}

ExitCode Author(Context& context, const CommentFlags& flags) {
  return OfComment(context, flags.comment, v1::GetAuthorHistoryRequest(), &Stub::GetAuthorHistory,
                   kByName, [&](const v1::GetAuthorHistoryResponse& response) {
                     const v1::AuthorHistory& history = response.history();
                     context.out << SafeLine(history.author().display_name(), 100) << "  "
                                 << SafeLine(history.author().masked_email(), 100) << "\n"
                                 << (history.more() ? "of the newest 1,000:" : "comments:");
                     PrintCounts(context.out, history.counts());
                     if (!history.network().empty()) {
                       context.out << "others of " << history.network() << ":";
                       PrintCounts(context.out, history.network_counts());
                     }
                     Table table = Comments();
                     for (const v1::Comment& comment : history.comments()) AddRow(table, comment);
                     table.Print(context.out, context.style);
                   });
}

void PrintNote(std::ostream& out, const v1::CommentNote& note) {
  out << TimeText(note.create_time()) << "  " << SafeLine(note.actor(), 100) << ": "
      << SafeLine(note.text(), 2000) << "\n";
}

ExitCode AddNote(Context& context, const CommentFlags& flags) {
  v1::AddNoteRequest request;
  request.set_text(flags.text);
  return OfComment(
      context, flags.comment, request, &Stub::AddNote, kByParent,
      [&](const v1::AddNoteResponse& response) { PrintNote(context.out, response.note()); });
}

ExitCode Notes(Context& context, const CommentFlags& flags) {
  return OfComment(context, flags.comment, v1::ListNotesRequest(), &Stub::ListNotes, kByParent,
                   [&](const v1::ListNotesResponse& response) {
                     for (const auto& note : response.notes()) PrintNote(context.out, note);
                   });
}

ExitCode Block(Context& context, const CommentFlags& flags) {
  v1::BlockAuthorRequest request;
  v1::BlockAuthorRequest::Target target = v1::BlockAuthorRequest::TARGET_UNSPECIFIED;
  v1::BlockAuthorRequest::Target_Parse("TARGET_" + absl::AsciiStrToUpper(flags.target), &target);
  request.set_target(target);
  v1::Rule::Action action = v1::Rule::ACTION_UNSPECIFIED;
  v1::Rule::Action_Parse("ACTION_" + absl::AsciiStrToUpper(flags.action), &action);
  request.set_action(action);
  request.set_reason(flags.text);
  return OfComment(context, flags.comment, request, &Stub::BlockAuthor, kByName,
                   [&](const v1::BlockAuthorResponse& response) {
                     context.out << SafeLine(response.rule().name(), 200) << "\n";
                   });
}

CLI::App* AddOne(CLI::App& group, Selection& selection, const char* name, const char* help,
                 ExitCode (*run)(Context&, const CommentFlags&),
                 std::shared_ptr<CommentFlags>& flags) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  flags = std::make_shared<CommentFlags>();
  command->add_option("comment", flags->comment, "Its name, or the last part of it")->required();
  RunWith(command, selection, flags, run);
  return command;
}

}  // namespace

void AddCommentDesk(CLI::App& group, Selection& selection) {
  CLI::App* search =
      AddCommand(group, selection, config::Scope::kClient, "search",
                 "Finds comments, newest first; of every site the key covers when none is "
                 "configured. --status spam is the spam folder.");
  const auto search_flags = std::make_shared<SearchFlags>();
  AddCommentFilterFlags(*search, search_flags->filter);
  search->add_option("--count", search_flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  RunWith(search, selection, search_flags, &Find);

  std::shared_ptr<CommentFlags> flags;
  AddOne(group, selection, "author", "Shows what the site has of a comment's author.", &Author,
         flags);
  AddOne(group, selection, "notes", "Shows the private notes beside a comment.", &Notes, flags);
  AddOne(group, selection, "note", "Writes a private note beside a comment.", &AddNote, flags)
      ->add_option("text", flags->text, "The note")
      ->required();
  CLI::App* block = AddOne(group, selection, "block",
                           "Makes a rule against a comment's author, without knowing the address.",
                           &Block, flags);
  block->add_option("--what", flags->target, "author, network or website")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"author", "network", "website"}));
  block->add_option("--action", flags->action, "spam, hold or discard")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"spam", "hold", "discard"}));
  block->add_option("--reason", flags->text, "Why, for the moderators who meet the rule")
      ->type_name("")
      ->required();
}

}  // namespace replyguard::service::cli
