// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/teach.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/record.h"
#include "service/import/line_reader.h"

namespace replyguard::service::cli {
namespace {

using importing::kLineTooLong;
using importing::LineReader;

struct LearnFlags {
  std::string from;
  TeachFlags teach;
};

// The lines of a file that have a label.
class LineFeed : public ExampleFeed {
 public:
  LineFeed(InputFile input, TeachLog& log)
      : input_(std::move(input)), reader_(input_.stream()), log_(log) {}

  bool Next(v1::LabelledExample& example) override {
    std::string text;
    while (true) {
      const LineReader::Got got = reader_.Next(text);
      if (got == LineReader::Got::kEnd) return false;
      auto record = got == LineReader::Got::kTooLong ? absl::InvalidArgumentError(kLineTooLong)
                                                     : ParseRecord(text, reader_.line_number(), {});
      if (record.ok() && record->label == v1::LABEL_UNSPECIFIED) {
        record = absl::InvalidArgumentError("has no label: ham, spam or none");
      }
      if (!record.ok()) {
        log_.tally().CountItem();
        log_.Failed("INVALID_LINE", reader_.line_number(), std::string(record.status().message()));
        continue;
      }
      // Of two lines with one id the first counts: the two would race to the server.
      if (record->own_id && !seen_.insert(record->id).second) {
        log_.tally().CountItem();
        log_.tally().Count("duplicate in the file");
        continue;
      }
      *example.mutable_submission() = std::move(record->submission);
      example.mutable_submission()->clear_thread();
      example.set_label(record->label);
      example.set_external_id(record->id);
      return true;
    }
  }

  std::int64_t line() const override { return reader_.line_number(); }
  std::int64_t bytes_read() const override { return reader_.bytes_read(); }
  std::string ProgressLine() const override { return log_.tally().Line(); }

 private:
  InputFile input_;
  LineReader reader_;
  TeachLog& log_;
  std::unordered_set<std::string> seen_;  // the file's own ids
};

ExitCode LearnFrom(Context& context, const Connection& connection, const LearnFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  auto input = InputFile::Open(flags.from, context.in);
  if (!input.ok()) return Fail(context, ExitCode::kUsage, std::string(input.status().message()));

  TeachLog log(context, input->bytes());
  LineFeed feed(*std::move(input), log);
  const auto complete = Teach(connection, *site, flags.teach, feed, log);
  if (!complete.ok())
    return Fail(context, ExitCode::kUsage, std::string(complete.status().message()));
  log.tally().Print(context, "examples", log.seconds());
  return log.tally().Code();
}

ExitCode Learn(Context& context, const LearnFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return LearnFrom(context, connection, flags);
  });
}

}  // namespace

void AddLearn(CLI::App& app, Selection& selection) {
  CLI::App* command =
      AddCommand(app, selection, config::Scope::kClient, "learn",
                 "Teaches the classifier from labelled JSON lines: id, author, text and label. "
                 "Running it again with the same file changes nothing.");
  auto flags = std::make_shared<LearnFlags>();
  command->add_option("--from", flags->from, "A file of JSON lines, or - for standard input")
      ->required()
      ->type_name("");
  AddTeachFlags(*command, flags->teach);
  RunWith(command, selection, flags, &Learn);
}

}  // namespace replyguard::service::cli
