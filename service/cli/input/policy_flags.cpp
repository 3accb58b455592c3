// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/policy_flags.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/cli/frame/settings_source.h"
#include "service/cli/input/duration_flags.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kPolicyFileBytesMax = 64 * 1024;

// A policy, or a site with one, as `site show` prints it.
absl::Status ApplyFile(const std::string& path, v1::Policy& policy) {
  const auto text = ReadSmallFile(path, kPolicyFileBytesMax);
  if (!text.ok()) return absl::InvalidArgumentError(text.status().message());
  policy.Clear();
  v1::Site site;
  // A policy has no field of this name.
  const bool whole = text->find("\"policy\"") != std::string::npos;
  const auto parsed = whole ? google::protobuf::util::JsonStringToMessage(*text, &site)
                            : google::protobuf::util::JsonStringToMessage(*text, &policy);
  if (parsed.ok() && whole) policy = site.policy();
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": not a policy in JSON: ", std::string(parsed.message())));
}

// "moderate-all" -> MODE_MODERATE_ALL; the flag's own check has refused the rest.
void ApplyMode(const std::string& text, v1::Policy& policy) {
  v1::Policy::Mode mode = v1::Policy::MODE_UNSPECIFIED;
  v1::Policy::Mode_Parse("MODE_" + absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}})),
                         &mode);
  policy.set_mode(mode);
}

void ApplyRequired(const std::vector<std::string>& names, v1::Policy& policy) {
  policy.clear_required_fields();
  for (const std::string& name : names) {
    v1::Policy::Field field = v1::Policy::FIELD_UNSPECIFIED;
    v1::Policy::Field_Parse(
        "FIELD_" + absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})), &field);
    policy.add_required_fields(field);
  }
}

// Sets a duration by its text; an empty text leaves it.
absl::Status ApplyDuration(const char* flag, const std::string& text,
                           google::protobuf::Duration* (v1::Policy::*mutable_field)(),
                           v1::Policy& policy) {
  if (text.empty()) return absl::OkStatus();
  const auto milliseconds = DurationFlag(flag, text);
  if (!milliseconds.ok()) return milliseconds.status();
  *(policy.*mutable_field)() =
      google::protobuf::util::TimeUtil::MillisecondsToDuration(*milliseconds);
  return absl::OkStatus();
}

template <typename Value>
void ApplyValue(const std::optional<Value>& value, void (v1::Policy::*set)(Value),
                v1::Policy& policy) {
  if (value) (policy.*set)(*value);
}

}  // namespace

void AddPolicyFlags(CLI::App& command, PolicyFlags& flags) {
  const std::string group = "Policy (what is not given stays)";
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->type_name("")->group(group);
  };
  add("--policy", flags.file,
      "A file with the whole policy as JSON: alone, or in its site as site show --format json "
      "prints it");
  add("--mode", flags.mode, "classifier, moderate-all or approve-trusted")
      ->check(CLI::IsMember({"classifier", "moderate-all", "approve-trusted"}));
  add("--require", flags.required,
      "Fields that must be filled in, separated by commas: body, author-name, author-email, "
      "author-url")
      ->delimiter(',')
      ->check(CLI::IsMember({"body", "author-name", "author-email", "author-url"}));
  add("--spam-threshold", flags.spam_threshold, "Spam at or above this probability, 0.5 to 1");
  add("--approve-threshold", flags.approve_threshold,
      "Approved at or below this probability, 0 to 0.5");
  add("--blatant-threshold", flags.blatant_threshold, "Blatant spam at or above this probability");
  add("--hold-first-time-authors", flags.hold_first_time_authors,
      "true: hold an author's first comment");
  add("--links-max", flags.links_max, "Hold from so many links on; 0 is no limit");
  add("--close-after-days", flags.close_after_days,
      "Close threads so many days after publication; 0 never");
  add("--flood-count-max", flags.flood_count_max,
      "Hold above so many comments in the flood window; 0 is no limit");
  add("--flood-window", flags.flood_window, "The window, such as 1m");
  add("--duplicate-window", flags.duplicate_window,
      "Hold the same text within so long, such as 1d");
  add("--honeypot", flags.honeypot, "true: what fills in the hidden field is spam");
  add("--fill-time-min", flags.fill_time_min, "Hold what was typed faster, such as 3s");
  add("--trust-typed-identity", flags.trust_typed_identity, "true: trust name and email as typed");
  add("--trusted-after", flags.trusted_after, "Approved comments that make an author trusted");
  add("--blind-sample-rate", flags.blind_sample_rate,
      "The share of what the machine decides alone that moderators judge blind, 0 to 1");
}

bool AnyGiven(const PolicyFlags& flags) {
  if (!flags.file.empty() || !flags.required.empty()) return true;
  return flags.approve_threshold || flags.spam_threshold || flags.blatant_threshold ||
         flags.hold_first_time_authors || flags.links_max || flags.close_after_days ||
         flags.flood_count_max || flags.honeypot || flags.trust_typed_identity ||
         flags.trusted_after || flags.blind_sample_rate || !flags.mode.empty() ||
         !flags.flood_window.empty() || !flags.duplicate_window.empty() ||
         !flags.fill_time_min.empty();
}

absl::Status ApplyPolicy(const PolicyFlags& flags, v1::Policy& policy) {
  using P = v1::Policy;
  if (!flags.file.empty()) {
    absl::Status read = ApplyFile(flags.file, policy);
    if (!read.ok()) return read;
  }
  if (!flags.mode.empty()) ApplyMode(flags.mode, policy);
  if (!flags.required.empty()) ApplyRequired(flags.required, policy);
  ApplyValue(flags.spam_threshold, &P::set_spam_threshold, policy);
  ApplyValue(flags.approve_threshold, &P::set_approve_threshold, policy);
  ApplyValue(flags.blatant_threshold, &P::set_blatant_threshold, policy);
  ApplyValue(flags.hold_first_time_authors, &P::set_hold_first_time_authors, policy);
  ApplyValue(flags.links_max, &P::set_links_max, policy);
  ApplyValue(flags.close_after_days, &P::set_close_after_days, policy);
  ApplyValue(flags.flood_count_max, &P::set_flood_count_max, policy);
  ApplyValue(flags.honeypot, &P::set_honeypot, policy);
  ApplyValue(flags.trust_typed_identity, &P::set_trust_typed_identity, policy);
  ApplyValue(flags.trusted_after, &P::set_trusted_after_count, policy);
  ApplyValue(flags.blind_sample_rate, &P::set_blind_sample_rate, policy);
  absl::Status status =
      ApplyDuration("--flood-window", flags.flood_window, &P::mutable_flood_window, policy);
  status.Update(ApplyDuration("--duplicate-window", flags.duplicate_window,
                              &P::mutable_duplicate_window, policy));
  status.Update(
      ApplyDuration("--fill-time-min", flags.fill_time_min, &P::mutable_fill_time_min, policy));
  return status;
}

}  // namespace replyguard::service::cli
