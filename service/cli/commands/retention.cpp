// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/retention.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/cli/commands/owner_upkeep.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/cli/output/table.h"
#include "service/usecases/maintain/retention.h"

namespace replyguard::service::cli {
namespace {

struct RetentionFlags {
  bool apply = false;
  bool dry_run = false;  // as without `apply`, for scripts that say it
  std::vector<std::string> set;
  std::string of_site;
  std::int64_t wait_minutes = 60;
};

struct NewAge {
  storage::RetentionClass data{};
  std::optional<std::int32_t> kept_days;
};

// "spam=30d", "spam=forever", "spam=default".
absl::StatusOr<NewAge> ParseAge(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  NewAge age;
  const auto data =
      std::find_if(storage::kRetentionClasses.begin(), storage::kRetentionClasses.end(),
                   [&](auto one) { return storage::RetentionClassName(one) == parts.first; });
  if (data == storage::kRetentionClasses.end()) {
    return absl::InvalidArgumentError(absl::StrCat("no class of data is called ", parts.first));
  }
  age.data = *data;
  if (parts.second == "default") return age;
  age.kept_days = 0;
  if (parts.second == "forever") return age;
  std::int32_t days = 0;
  absl::string_view number = parts.second;
  if (!absl::ConsumeSuffix(&number, "d") || !absl::SimpleAtoi(number, &days) || days < 1 ||
      days > storage::kKeptDaysMax) {
    return absl::InvalidArgumentError(absl::StrCat("how long is ", parts.first,
                                                   " kept? Give 1d to ", storage::kKeptDaysMax,
                                                   "d, forever, or default"));
  }
  age.kept_days = days;
  return age;
}

std::string KeptText(std::int32_t days) { return days == 0 ? "forever" : absl::StrCat(days, "d"); }

void Print(Context& context, bool dry_run, const std::vector<RetentionOutcome>& outcomes) {
  Table table({"CLASS", "KEPT", "SITES WITH OTHERS", dry_run ? "WOULD GO" : "GONE"});
  for (const RetentionOutcome& outcome : outcomes) {
    const std::string name(storage::RetentionClassName(outcome.data));
    if (context.json()) {
      context.out << JsonObject({{"class", name},
                                 {"keptDays", std::int64_t{outcome.kept_days}},
                                 {"siteCount", std::int64_t{outcome.own_age_count}},
                                 {"dryRun", dry_run},
                                 {"rowCount", outcome.row_count}})
                  << "\n";
    }
    table.Add({name, KeptText(outcome.kept_days), absl::StrCat(outcome.own_age_count),
               absl::StrCat(outcome.row_count)});
  }
  if (!context.json()) table.Print(context.out, context.style);
}

ExitCode SetAges(Context& context, const RetentionFlags& flags, storage::Upkeep& upkeep,
                 storage::Deadline deadline) {
  std::vector<NewAge> ages;
  for (const std::string& text : flags.set) {
    const auto age = ParseAge(text);
    if (!age.ok()) return Fail(context, ExitCode::kUsage, std::string(age.status().message()));
    if (!flags.of_site.empty() && !storage::IsOfSites(age->data)) {
      return Fail(context, ExitCode::kUsage,
                  absl::StrCat(text,
                               ": what is of all sites together has no age of one site; leave "
                               "--of-site out"));
    }
    ages.push_back(*age);
  }
  for (const NewAge& age : ages) {
    const absl::Status set = upkeep.SetAge(flags.of_site, age.data, age.kept_days, deadline);
    if (!set.ok()) return Fail(context, set);
  }
  return ExitCode::kOk;
}

ExitCode Run(Context& context, const RetentionFlags& flags) {
  const auto upkeep = OpenOwnerUpkeep(context.settings);
  if (!upkeep.ok()) return Fail(context, ExitCode::kUsage, std::string(upkeep.status().message()));
  RetentionOptions options;
  options.storage_timeout = std::chrono::minutes(flags.wait_minutes);
  if (!flags.set.empty()) {
    const ExitCode set = SetAges(context, flags, **upkeep,
                                 std::chrono::steady_clock::now() + options.storage_timeout);
    if (set != ExitCode::kOk) return set;
  }
  // To look or to set removes nothing: whoever does sees first what it will do.
  const bool dry_run = !flags.apply;
  const Retention retention(**upkeep, options);
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto outcomes =
      dry_run ? retention.Preview(now) : retention.Apply(now, [] { return false; });
  if (!outcomes.ok()) return Fail(context, outcomes.status());
  Print(context, dry_run, *outcomes);
  const bool would_go = std::any_of(outcomes->begin(), outcomes->end(),
                                    [](const auto& one) { return one.row_count > 0; });
  if (dry_run && would_go && !context.json()) {
    context.err << "Nothing was removed. Servers do it within the hour; now: replyguard retention "
                   "--apply\n";
  }
  return ExitCode::kOk;
}

}  // namespace

void AddRetention(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(
      app, selection, config::Scope::kDatabase, "retention",
      "Says for how long what is kept and how much is older, sets that, or removes what is older, "
      "as servers do every hour. Needs database.owner_url.");
  auto flags = std::make_shared<RetentionFlags>();
  CLI::Option* apply =
      command->add_flag("--apply", flags->apply, "Remove now what is older, for good");
  command->add_flag("--dry-run", flags->dry_run, "Only count what would go, as without --apply")
      ->excludes(apply);
  std::string classes;
  for (const auto data : storage::kRetentionClasses) {
    const auto name = storage::RetentionClassName(data);
    absl::StrAppend(&classes, classes.empty() ? "" : ", ",
                    absl::string_view(name.data(), name.size()));
  }
  CLI::Option* set = command->add_option(
      "--set", flags->set,
      "CLASS=AGE: keep a class so long, and count what would go. An age is 30d, "
      "forever (as from the start), or default (of all sites). Classes: " +
          classes);
  set->type_name("")->excludes(apply);
  command->add_option("--of-site", flags->of_site, "With --set: of this site alone")
      ->type_name("")
      ->needs(set);
  command
      ->add_option("--wait-minutes", flags->wait_minutes,
                   "How long one statement may take, 1 to 1440")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 1440));
  RunWith(command, selection, flags, &Run);
}

}  // namespace replyguard::service::cli
