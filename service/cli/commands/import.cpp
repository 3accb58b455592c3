// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/import_feed.h"
#include "service/cli/commands/import_list.h"
#include "service/cli/commands/import_report.h"
#include "service/cli/commands/import_state.h"
#include "service/cli/commands/teach.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/output/output_file.h"
#include "service/usecases/learn/exclusions.h"

namespace replyguard::service::cli {
namespace {

using importing::ArchiveFormat;
using storage::LabelClass;

struct ImportFlags {
  std::string file;
  std::string from;
  std::string label;
  std::string output;
  std::string name;
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

// The file of --output; nothing without one.
absl::StatusOr<std::optional<OutputFile>> OpenOutput(Context& context, const ImportFlags& flags) {
  if (flags.output.empty()) return std::optional<OutputFile>();
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.file, flags.output, ignored)) {
    return absl::InvalidArgumentError("--output must be another file than the one that is read");
  }
  auto output = OutputFile::Create(flags.output, context.out);
  if (!output.ok()) return absl::InvalidArgumentError(output.status().message());
  return std::optional(*std::move(output));
}

// One import, once everything is open.
struct Opened {
  Context& context;
  const ImportFlags& flags;
  ArchiveFormat format;
  importing::Importer& importer;
  importing::ArchiveStream& archive;
  TeachLog& log;
  OutputFile* output;
};

ExitCode Finish(const Opened& import, const ImportFeed& feed, const std::string& name) {
  import.log.progress().Clear();
  // What is wrong comes first: the figures follow from it.
  const bool whole = feed.status().ok();
  if (!whole) {
    (void)Fail(import.context, ExitCode::kUsage,
               import.flags.file + ": " + std::string(feed.status().message()));
  }
  const bool shared = IsStandardOutput(import.flags.output);  // with the comments
  PrintImport(import.context,
              {import.format, import.importer.report(), !import.flags.dry_run, import.log.tally(),
               import.log.seconds(), name, whole},
              shared ? import.context.err : import.context.out);
  if (!whole) return ExitCode::kUsage;
  if (import.output != nullptr) {
    absl::Status written = feed.written();
    if (written.ok() && feed.ended()) written = import.output->Commit();
    if (!written.ok()) return Fail(import.context, written);
  }
  const auto& skipped = import.importer.report().skipped;
  const bool bad_lines = skipped.contains(std::string(importing::skip::kMalformed)) ||
                         skipped.contains(std::string(importing::skip::kTooLong)) ||
                         skipped.contains(std::string(importing::skip::kLabelUnknown));
  const ExitCode code = import.log.tally().Code();
  return code == ExitCode::kOk && bad_lines ? ExitCode::kUsage : code;
}

// What an import is called unless told: its file and when it began.
std::string DefaultName(const ImportFlags& flags) {
  constexpr std::size_t kFileBytesMax = 40;
  std::string name =
      flags.file == "-" ? flags.from : std::filesystem::path(flags.file).filename().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !IsImportId({&c, 1});
      },
      '_');
  return absl::StrCat(name.substr(0, kFileBytesMax), "-",
                      absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone()));
}

// How far an import of this archive came before, if the server still has what it learnt then; else
// a beginning.
ImportState::Progress ProgressOf(const ImportFlags& flags, const ImportState& state,
                                 const Connection& connection, const std::string& site) {
  if (auto before = state.Load(); before && HasImport(connection, site, before->name)) {
    return *std::move(before);
  }
  return {flags.name.empty() ? DefaultName(flags) : flags.name};
}

ExitCode TeachServer(const Opened& import) {
  Context& context = import.context;
  const ImportFlags& flags = import.flags;
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Usage(context, site.status());
  const std::string about =
      absl::StrCat(context.settings.Text(config::OptionKey::kClientServer), "\n", *site, "\n",
                   flags.from, "\n", flags.label, "\n", flags.name);
  const ImportState state(context.environment, flags.file, about);
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const ImportState::Progress begun = ProgressOf(flags, state, connection, *site);
    Tally& tally = import.log.tally();
    ImportFeed feed(
        import.importer, import.archive, import.output, begun.taught,
        [&] {
          tally.CountItem();
          tally.Count(kKnownAlready);
        },
        [&](std::int64_t taught) {
          state.Save({begun.name, taught});
        });
    TeachFlags teach = flags.teach;
    teach.import_id = begun.name;
    const auto complete = Teach(connection, *site, teach, feed, import.log);
    if (!complete.ok()) return Usage(context, complete.status());
    // What failed is tried again next time, from there on.
    if (*complete && feed.status().ok() && tally.failed() == 0) state.Forget();
    return Finish(import, feed, begun.name);
  });
}

ExitCode ReadOnly(const Opened& import) {
  ImportFeed feed(import.importer, import.archive, import.output);
  while (feed.Read()) {
    import.log.progress().Update(feed.bytes_read(), [&] { return feed.ProgressLine();
  });
}
return Finish(import, feed, {});
}  // namespace

ExitCode RunImport(Context& context, const ImportFlags& flags) {
  // Not required to CLI11: "import list" does without.
  if (flags.file.empty()) return Fail(context, ExitCode::kUsage, "file is required");
  if (flags.from.empty()) return Fail(context, ExitCode::kUsage, "--from is required");
  if (!flags.name.empty() && !IsImportId(flags.name)) {
    return Fail(context, ExitCode::kUsage, "--name must be 1 to 63 of [A-Za-z0-9._-]");
  }
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
  auto output = OpenOutput(context, flags);
  if (!output.ok()) return Usage(context, output.status());
  OutputFile* const file = output->has_value() ? &**output : nullptr;
  Opened opened{context, flags, *format, *importer, archive, log, file};
  const ExitCode code = flags.dry_run ? ReadOnly(opened) : TeachServer(opened);
  // What was not read to its end is no file for anybody.
  if (file != nullptr) file->Discard();
  return code;
}

}  // namespace replyguard::service::cli

void AddImport(CLI::App& app, Selection& selection) {
  CLI::App* const command = AddCommand(
      app, selection, config::Scope::kClient, "import",
      "Teaches the classifier the comments of another system, from its export or backup, or of a "
      "table. Running it again, after an interruption too, changes nothing twice.");
  auto flags = std::make_shared<ImportFlags>();
  command->add_option("file", flags->file, "The export, or - for standard input; gzip is undone");
  command
      ->add_option("--from", flags->from,
                   "What wrote it: wxr (WordPress's export), wp-comments-csv (its table, which has "
                   "the spam), disqus, tg-spam, isso, remark42, jsonl or csv")
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
  command
      ->add_option("--name", flags->name,
                   "What this import is called, 1 to 63 of [A-Za-z0-9._-], for import list and "
                   "model retrain --exclude-import; by default its file and the time")
      ->type_name("");
  AddTeachFlags(*command, flags->teach);
  AddImportList(*command, selection);
  command->callback([command, flags, &selection] {
    if (!command->get_subcommands().empty()) return;
    selection.command = [flags](Context& context) { return RunImport(context, *flags); };
  });
}

}  // namespace replyguard::service::cli
