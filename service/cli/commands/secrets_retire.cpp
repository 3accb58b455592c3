// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/secrets_retire.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/app/hmac_retirement.h"
#include "service/cli/commands/owner_upkeep.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/usecases/maintain/hmac_key_retirement.h"

namespace replyguard::service::cli {
namespace {

struct RetireFlags {
  std::string folder;
  std::int32_t key = 0;
  bool dry_run = false;
  bool blank = false;
  std::int64_t wait_minutes = 60;
};

// Why the key is not retired.
std::string Obstacles(const HmacKeyRetirement& done, std::int32_t key) {
  std::string text =
      absl::StrCat("HMAC key ", key, " stays: ", done.use.comment_count - done.blanked_count,
                   " comments are matched by it");
  if (done.use.request_count > 0) {
    absl::StrAppend(&text, ", ", done.use.request_count,
                    " of them by a request_id that is known for 30 days");
  }
  return absl::StrCat(text,
                      ". They stay with it, also when their authors return, until they are erased "
                      "or go with their age (replyguard retention); --blank "
                      "takes the hashes from what has no request_id any more");
}

void Print(Context& context, const RetireFlags& flags, const HmacKeyRetirement& done) {
  if (context.json()) {
    context.out << JsonObject({{"hmacKey", std::to_string(flags.key)},
                               {"retired", done.retired},
                               {"commentCount", done.use.comment_count},
                               {"requestCount", done.use.request_count},
                               {"ruleCount", done.use.rule_count},
                               {"blankedCount", done.blanked_count}})
                << "\n";
    return;
  }
  if (done.blanked_count > 0) {
    context.out << done.blanked_count
                << " comments can no longer be found by their author's address.\n";
  }
  if (done.use.rule_count > 0) {
    context.out << done.use.rule_count
                << " rules about authors name them by this key: write them anew.\n";
  }
  if (done.retired) {
    context.out << "HMAC key " << flags.key
                << " is retired and out of the file. Copy the file to every server; they may "
                   "restart when it suits.\n";
  } else if (flags.dry_run) {
    context.out << done.use.comment_count << " comments depend on HMAC key " << flags.key << ", "
                << done.use.request_count << " of them with a request_id.\n";
  }
}

ExitCode Retire(Context& context, const RetireFlags& flags) {
  // Before anything is taken from the database.
  const absl::Status droppable = CheckDropHmacKey(flags.folder, flags.key);
  if (!droppable.ok()) {
    return Fail(context, ExitCode::kRejected, std::string(droppable.message()));
  }
  const auto upkeep = OpenOwnerUpkeep(context.settings);
  if (!upkeep.ok()) return Fail(context, ExitCode::kUsage, std::string(upkeep.status().message()));
  const HmacRetireMode mode = flags.dry_run ? HmacRetireMode::kAsk
                              : flags.blank ? HmacRetireMode::kBlank
                                            : HmacRetireMode::kPlain;
  const auto done =
      RetireHmacKey(**upkeep, flags.key, mode,
                    std::chrono::steady_clock::now() + std::chrono::minutes(flags.wait_minutes));
  if (!done.ok()) return Fail(context, done.status());
  // The database first: a key that is gone from the file alone would be missed.
  if (done->retired) {
    const absl::Status dropped = DropHmacKey(flags.folder, flags.key);
    if (!dropped.ok()) return Fail(context, dropped);
  }
  Print(context, flags, *done);
  if (done->retired || flags.dry_run) return ExitCode::kOk;
  return Fail(context, ExitCode::kRejected, Obstacles(*done, flags.key));
}

}  // namespace

void AddSecretsRetire(CLI::App& group, Selection& selection) {
  CLI::App* retire = AddCommand(group, selection, config::Scope::kDatabase, "retire",
                                "Takes an old HMAC key out of the file, once no comment is matched "
                                "by it. Says how many are.");
  auto flags = std::make_shared<RetireFlags>();
  retire->add_option("folder", flags->folder, "Where: what secrets.dir names")->required();
  retire->add_option("--key", flags->key, "Its number")->type_name("")->required();
  CLI::Option* dry = retire->add_flag("--dry-run", flags->dry_run, "Only say what depends on it");
  retire
      ->add_flag("--blank", flags->blank,
                 "First take its hashes from the comments: they can no longer be found by address")
      ->excludes(dry);
  retire->add_option("--wait-minutes", flags->wait_minutes, "Give up after so long, 1 to 1440")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 1440));
  RunWith(retire, selection, flags, &Retire);
}

}  // namespace replyguard::service::cli
