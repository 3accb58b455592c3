// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/names.h"
#include "service/cli/client/patient_call.h"
#include "service/cli/commands/away.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/export_row.h"
#include "service/cli/output/output_file.h"
#include "service/cli/output/progress.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct ExportFlags {
  std::string output = "-";
  std::string to;
  std::string after;
  std::string wait = kWaitDefault;
  bool resume = false;
  bool history = false;
};

// What rows become.
struct Shape {
  bool csv = false;
  bool on_terminal = false;
  const std::vector<std::string>& columns;

  std::string Head() const { return Shown(CsvHead(columns)); }
  std::string TextOf(const ExportRow& row) const {
    return csv ? Shown(CsvRecordOf(row, columns)) : JsonLineOf(row) + "\n";
  }

 private:
  // A table has no escapes of its own: a file holds each text as it is, a terminal would obey it.
  std::string Shown(std::string record) const {
    if (!on_terminal) return record;
    absl::StrReplaceAll({{"\r\n", "\n"}}, &record);
    return SafeText(record, Newlines::kKeep);
  }
};

Shape ShapeOf(const Context& context, const ExportFlags& flags,
              const std::vector<std::string>& columns) {
  const bool named = flags.to.empty() && absl::EndsWithIgnoreCase(flags.output, ".csv");
  return {flags.to == "csv" || named, IsStandardOutput(flags.output) && context.out_is_terminal,
          columns};
}

absl::StatusOr<OutputFile> Open(Context& context, const ExportFlags& flags, std::string& token) {
  if (flags.resume && (flags.output == "-" || !flags.after.empty())) {
    return absl::InvalidArgumentError("--resume goes on with a file: give --output, no --after");
  }
  if (flags.resume) return OutputFile::Resume(flags.output, token);
  token = flags.after;
  return OutputFile::Create(flags.output, context.out);
}

void TellHowToGoOn(Context& context, const std::string& token, const OutputFile& file) {
  if (file.resumable()) {
    context.err << "replyguard: what came is kept; go on with the same command and --resume\n";
  } else if (!token.empty()) {
    context.err << "replyguard: go on with --after " << token << "\n";
  }
}

// One export: pages of `method`, which hold `rows_of(response)`.
template <typename Request, typename Response, typename Rows>
class Export {
 public:
  using Stub = v1::AdminService::Stub;
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

  Export(Context& context, const ExportFlags& flags, Shape shape, Method method, Rows rows_of)
      : context_(context),
        flags_(flags),
        shape_(shape),
        method_(method),
        rows_of_(rows_of),
        progress_(context.err, context.err_is_terminal, std::nullopt, &SteadyClock::now) {}

  ExitCode Run(const Connection& connection, Request request, std::chrono::milliseconds away_max) {
    std::string token;
    auto file = Open(context_, flags_, token);
    if (!file.ok()) return Fail(context_, ExitCode::kUsage, std::string(file.status().message()));
    // What goes on has its head already.
    absl::Status status =
        shape_.csv && token.empty() ? file->Write(shape_.Head()) : absl::OkStatus();
    const auto stub = v1::AdminService::NewStub(connection.channel());
    PatientCaller caller(context_, connection, away_max);
    do {
      request.set_page_token(token);
      Response response;
      const grpc::Status called = caller.Call(*stub, method_, request, response);
      if (!called.ok()) {
        progress_.Clear();
        const ExitCode code = Fail(context_, called);
        TellHowToGoOn(context_, token, *file);
        return code;
      }
      for (const auto& row : rows_of_(response)) {
        if (status.ok()) status = file->Write(shape_.TextOf(RowOf(row)));
        ++count_;
      }
      token = response.next_page_token();
      if (status.ok() && !token.empty()) status = file->Mark(token);
      progress_.Update(count_, [this] { return ProgressLine(); });
    } while (!token.empty() && status.ok());
    if (status.ok()) status = file->Commit();
    progress_.Clear();
    if (!status.ok()) return Fail(context_, ExitCode::kInternal, std::string(status.message()));
    if (flags_.output != "-") Tell();
    return ExitCode::kOk;
  }

 private:
  double Seconds() const {
    return std::chrono::duration<double>(SteadyClock::now() - begin_).count();
  }
  std::string ProgressLine() const {
    return absl::StrFormat("%d rows (%.0f a second)", count_, Rate());
  }
  double Rate() const { return Seconds() > 0 ? static_cast<double>(count_) / Seconds() : 0; }
  void Tell() {
    if (context_.json()) {
      context_.out << "{\"rows\":" << count_ << "}\n";
    } else {
      context_.out << ProgressLine() << " in " << flags_.output << "\n";
    }
  }

  Context& context_;
  const ExportFlags& flags_;
  const Shape shape_;
  const Method method_;
  const Rows rows_of_;
  Progress progress_;
  std::int64_t count_ = 0;
  const SteadyClock::time_point begin_ = SteadyClock::now();
};

template <typename Request, typename Response, typename Rows>
ExitCode RunExport(Context& context, const ExportFlags& flags,
                   const std::vector<std::string>& columns, Request request,
                   grpc::Status (v1::AdminService::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                   Rows rows_of) {
  const auto site = SiteName(context.settings);
  const auto away_max = WaitOf(flags.wait);
  for (const absl::Status& status : {site.status(), away_max.status()}) {
    if (!status.ok()) return Fail(context, ExitCode::kUsage, std::string(status.message()));
  }
  request.set_parent(*site);
  request.set_page_size(500);
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return Export<Request, Response, Rows>(context, flags, ShapeOf(context, flags, columns), method,
                                           rows_of)
        .Run(connection, request, *away_max);
  });
}

ExitCode ExportComments(Context& context, const ExportFlags& flags) {
  return RunExport(context, flags, CommentColumns(), v1::ExportCommentsRequest(),
                   &v1::AdminService::Stub::ExportComments,
                   [](const v1::ExportCommentsResponse& page) { return page.comments(); });
}

ExitCode ExportLabels(Context& context, const ExportFlags& flags) {
  v1::ExportLabelsRequest request;
  request.set_history(flags.history);
  return RunExport(context, flags, LabelColumns(), request, &v1::AdminService::Stub::ExportLabels,
                   [](const v1::ExportLabelsResponse& page) { return page.labels(); });
}

void AddExportFlags(CLI::App* command, ExportFlags& flags) {
  command
      ->add_option("--output", flags.output,
                   "The file to write, which appears when it is whole; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  command
      ->add_option("--to", flags.to,
                   "jsonl (which evaluate, train and learn read too) or csv; by default what the "
                   "file's name says, else jsonl")
      ->type_name("")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  command->add_flag("--resume", flags.resume, "Go on with a file whose export was interrupted");
  command
      ->add_option("--after", flags.after,
                   "Go on with standard output, behind what an interrupted export named")
      ->type_name("TOKEN");
  AddWaitFlag(*command, flags.wait);
}

}  // namespace

void AddExport(CLI::App& app, Selection& selection) {
  CLI::App* group =
      AddGroup(app, "export", "Writes what a site holds, masked, in the form that import reads.");
  const auto flags = std::make_shared<ExportFlags>();
  CLI::App* comments =
      AddCommand(*group, selection, config::Scope::kClient, "comments",
                 "Writes the comments with their status, label and last decision.");
  AddExportFlags(comments, *flags);
  RunWith(comments, selection, flags, &ExportComments);
  const auto label_flags = std::make_shared<ExportFlags>();
  CLI::App* labels = AddCommand(*group, selection, config::Scope::kClient, "labels",
                                "Writes the labels in force with what they teach from, also those "
                                "that imports brought.");
  AddExportFlags(labels, *label_flags);
  labels->add_flag("--history", label_flags->history,
                   "Every step of the log instead, also retractions: to read, not to import");
  RunWith(labels, selection, label_flags, &ExportLabels);
}

}  // namespace replyguard::service::cli
