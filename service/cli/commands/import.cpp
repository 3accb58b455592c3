// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/import_feed.h"
#include "service/cli/commands/import_report.h"
#include "service/cli/commands/teach.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"

namespace replyguard::service::cli {
namespace {

using importing::ArchiveFormat;
using storage::LabelClass;

struct ImportFlags {
  std::string file;
  std::string from;
  std::string label;
  std::string output;
  bool dry_run = false;
  TeachFlags teach;
};

ExitCode Usage(Context& context, const absl::Status& status) {
  return Fail(context, ExitCode::kUsage, std::string(status.message()));
}

// What --label says, or else the name of one of tg-spam's files.
std::optional<LabelClass> LabelOf(const ImportFlags& flags) {
  const std::string name = std::filesystem::path(flags.file).filename().string();
  if (flags.label == "spam") return LabelClass::kSpam;
  if (flags.label == "ham") return LabelClass::kHam;
  if (name.starts_with("spam")) return LabelClass::kSpam;
  if (name.starts_with("ham")) return LabelClass::kHam;
  return std::nullopt;
}

validation::Time Now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// The file of --output; null without one. To open it empties it, so it must not be what is read.
absl::StatusOr<std::unique_ptr<std::ofstream>> OpenOutput(const ImportFlags& flags) {
  if (flags.output.empty()) return std::unique_ptr<std::ofstream>();
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.file, flags.output, ignored)) {
    return absl::InvalidArgumentError("--output must be another file than the one that is read");
  }
  auto output = std::make_unique<std::ofstream>(flags.output, std::ios::binary);
  if (!*output) return absl::InvalidArgumentError("cannot write " + flags.output);
  return output;
}

// One import, once everything is open.
struct Import {
  Context& context;
  const ImportFlags& flags;
  ArchiveFormat format;
  importing::Importer& importer;
  ImportFeed& feed;
  TeachLog& log;
  std::ofstream* output;
};

ExitCode Finish(const Import& import) {
  import.log.progress().Clear();
  PrintImport(import.context, {import.format, import.importer.report(), !import.flags.dry_run,
                               import.log.tally(), import.log.seconds()});
  if (import.output != nullptr && !import.output->flush()) {
    return Fail(import.context, ExitCode::kInternal, "cannot write " + import.flags.output);
  }
  if (!import.feed.status().ok()) {
    return Fail(import.context, ExitCode::kUsage,
                import.flags.file + ": " + std::string(import.feed.status().message()));
  }
  const auto& skipped = import.importer.report().skipped;
  const bool bad_lines = skipped.contains(std::string(importing::skip::kMalformed)) ||
                         skipped.contains(std::string(importing::skip::kTooLong));
  const ExitCode code = import.log.tally().Code();
  return code == ExitCode::kOk && bad_lines ? ExitCode::kUsage : code;
}

ExitCode TeachServer(const Import& import) {
  Context& context = import.context;
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Usage(context, site.status());
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto complete = Teach(connection, *site, import.flags.teach, import.feed, import.log);
    return complete.ok() ? Finish(import) : Usage(context, complete.status());
  });
}

ExitCode RunImport(Context& context, const ImportFlags& flags) {
  const auto format = importing::ArchiveFormatOf(flags.from);
  if (!format) return Fail(context, ExitCode::kUsage, "--from: no such format");
  if (!flags.label.empty() && *format != ArchiveFormat::kTgSpam) {
    return Fail(context, ExitCode::kUsage, "--label is for tg-spam: the other formats say it");
  }
  auto input = InputFile::Open(flags.file, context.in);
  if (!input.ok()) return Usage(context, input.status());
  TeachLog log(context, input->bytes());
  importing::ArchiveStream archive(input->stream());
  auto importer = importing::Importer::Open(*format, archive, {LabelOf(flags)}, Now(),
                                            [&](std::int64_t line, std::string_view fault) {
                                              log.progress().Clear();
                                              log.tally().Tell(context, "INVALID_ROW", line, fault);
                                            });
  if (!importer.ok()) {
    return Fail(context, ExitCode::kUsage,
                flags.file + ": " + std::string(importer.status().message()));
  }
  auto output = OpenOutput(flags);
  if (!output.ok()) return Usage(context, output.status());
  ImportFeed feed(*importer, archive, output->get());
  const Import import{context, flags, *format, *importer, feed, log, output->get()};
  if (!flags.dry_run) return TeachServer(import);
  while (feed.Read()) {
    log.progress().Update(feed.bytes_read(), [&] { return feed.ProgressLine(); });
  }
  return Finish(import);
}

}  // namespace

void AddImport(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(
      app, selection, config::Scope::kClient, "import",
      "Teaches the classifier the comments of another system, from its export or backup, or of a "
      "table. Running it again, after an interruption too, changes nothing twice.");
  auto flags = std::make_shared<ImportFlags>();
  command->add_option("file", flags->file, "The export, or - for standard input; gzip is undone")
      ->required();
  command
      ->add_option("--from", flags->from,
                   "What wrote it: wxr (WordPress's export), wp-comments-csv (its table, which has "
                   "the spam), disqus, tg-spam, isso, remark42, jsonl or csv")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember(
          {"wxr", "wp-comments-csv", "disqus", "jsonl", "csv", "tg-spam", "isso", "remark42"}));
  command
      ->add_option("--label", flags->label,
                   "Of a text file of tg-spam, spam or ham, where its name does not begin so")
      ->type_name("")
      ->check(CLI::IsMember({"spam", "ham"}));
  command->add_flag("--dry-run", flags->dry_run,
                    "Only read, and say what was found; needs no server");
  command
      ->add_option("--output", flags->output,
                   "Write the comments here too, masked, as JSON lines for evaluate, train and "
                   "learn")
      ->type_name("");
  AddTeachFlags(*command, flags->teach);
  RunWith(command, selection, flags, &RunImport);
}

}  // namespace replyguard::service::cli
