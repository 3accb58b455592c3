// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdint>
#include <istream>
#include <limits>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/pages.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

using AdminStub = v1::AdminService::Stub;

struct AuthorFlags {
  std::string author_id;
  std::string email_file = "-";
  bool dry_run = false;
};

// Sets whom the request is about. Never from a flag: a command line is visible to everybody on the
// machine.
template <typename Request>
absl::Status Ask(Context& context, const AuthorFlags& flags, Request& request) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return site.status();
  request.set_parent(*site);
  if (!flags.author_id.empty()) {
    request.set_author_id(flags.author_id);
    return absl::OkStatus();
  }
  auto input = InputFile::Open(flags.email_file, context.in);
  if (!input.ok()) return input.status();
  std::string line;
  std::getline(input->stream(), line);
  absl::StripAsciiWhitespace(&line);
  if (line.empty())
    return absl::InvalidArgumentError("the first line must be the author's address");
  request.set_email(line);
  return absl::OkStatus();
}

void Print(Context& context, const v1::AuthorFootprint& found) {
  context.out << "Found " << found.comment_count() << " comments (" << found.queued_count()
              << " wait), " << found.decision_count() << " decisions, " << found.note_count()
              << " notes, " << found.report_count() << " reports, " << found.label_count()
              << " labels, " << found.event_count() << " events, " << found.rule_count()
              << " rules.\n";
}

void Print(Context& context, const v1::EraseAuthorResponse& answer, bool dry_run) {
  Print(context, answer.found());
  if (dry_run) {
    context.out << "Nothing was changed.\n";
  } else {
    context.out
        << "Erased " << answer.erased_count()
        << " comments, with their notes, reports and places in the queue. What they taught is "
           "taken back by position "
        << answer.label_position()
        << " of the label log, which keeps its text until no stored model needs it, three days at "
           "most.\n";
  }
  if (answer.found().rule_count() > 0) {
    context.out << "Rules against the author's id stay: \"rule list\" and \"rule remove\".\n";
  }
  for (const std::int32_t id : answer.missing_hmac_key_ids()) {
    context.err << "HMAC key " << id
                << " is not held by this server: what was written under it was not found by "
                   "address. If the secrets hold it, restart the server and run this again.\n";
  }
}

ExitCode Erase(Context& context, const AuthorFlags& flags) {
  v1::EraseAuthorRequest request;
  if (auto asked = Ask(context, flags, request); !asked.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(asked.message()));
  }
  request.set_validate_only(flags.dry_run);
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::EraseAuthorResponse all;
    for (bool first = true;; first = false) {
      v1::EraseAuthorResponse response;
      const grpc::Status status =
          connection.Call(*stub, &AdminStub::EraseAuthor, request, response);
      if (!status.ok()) return Fail(context, status);
      const std::int64_t erased = all.erased_count() + response.erased_count();
      const v1::AuthorFootprint found = first ? response.found() : all.found();
      all = response;
      all.set_erased_count(erased);
      *all.mutable_found() = found;
      all.clear_next_page_token();
      if (response.complete() || flags.dry_run) break;
      request.set_page_token(response.next_page_token());
    }
    if (context.json()) {
      context.out << JsonOf(all) << "\n";
    } else {
      Print(context, all, flags.dry_run);
    }
    return ExitCode::kOk;
  });
}

ExitCode Export(Context& context, const AuthorFlags& flags) {
  constexpr std::int64_t kPageMax = 500;
  v1::ExportAuthorRequest request;
  if (auto asked = Ask(context, flags, request); !asked.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(asked.message()));
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    const grpc::Status status = ReadPages(
        connection, *stub, &AdminStub::ExportAuthor, std::numeric_limits<std::int64_t>::max(),
        kPageMax, request, [&](const v1::ExportAuthorResponse& response) {
          for (const v1::ExportedComment& one : response.comments()) {
            context.out << JsonOf(one) << "\n";
          }
          for (const v1::ExportedLabel& one : response.labels()) {
            context.out << JsonOf(one) << "\n";
          }
          return response.comments_size() + response.labels_size();
        });
    return status.ok() ? ExitCode::kOk : Fail(context, status);
  });
}

std::shared_ptr<AuthorFlags> AddWho(CLI::App& command) {
  auto flags = std::make_shared<AuthorFlags>();
  CLI::Option* email =
      command
          .add_option("--email-file", flags->email_file,
                      "File whose first line is the author's address; \"-\" is standard input")
          ->type_name("")
          ->capture_default_str();
  command
      .add_option("--author-id", flags->author_id,
                  "The author_id of a comment instead: finds what was written under one HMAC key")
      ->type_name("")
      ->excludes(email);
  return flags;
}

}  // namespace

void AddAuthor(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "author", "What a site holds of one author.");
  CLI::App* erase =
      AddCommand(*group, selection, config::Scope::kClient, "erase",
                 "Erases all comments of an author, for good, takes back what they taught, and "
                 "reports what there was.");
  auto flags = AddWho(*erase);
  erase->add_flag("--dry-run", flags->dry_run, "Only say what there is");
  RunWith(erase, selection, flags, &Erase);
  CLI::App* exported =
      AddCommand(*group, selection, config::Scope::kClient, "export",
                 "Writes what is held of an author, a JSON line a comment with all that "
                 "stands beside it, then one a label without a comment.");
  RunWith(exported, selection, AddWho(*exported), &Export);
}

}  // namespace replyguard::service::cli
