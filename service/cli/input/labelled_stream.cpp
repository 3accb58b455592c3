// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/labelled_stream.h"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/cli/input/input_file.h"
#include "service/import/line_reader.h"
#include "service/import/mended_json.h"

namespace replyguard::service::cli {
namespace {

using importing::kLineTooLong;
using importing::LineReader;

using Json = nlohmann::json;

// The first of the names that holds a text or a number; empty when none does.
std::string Text(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found == object.end()) continue;
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number()) return found->dump();
  }
  return {};
}

// A whole number; absent for anything else.
std::optional<std::int64_t> Whole(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return found->get<std::int64_t>();
}

ExampleContext ContextIn(const Json& object) {
  ExampleContext context;
  if (const auto age = Whole(object, "thread_age_seconds")) {
    context.thread_age = std::chrono::seconds(*age);
  }
  const auto languages = object.find("site_languages");
  if (languages == object.end() || !languages->is_array()) return context;
  for (const Json& language : *languages) {
    if (language.is_string()) context.site_languages.push_back(language.get<std::string>());
  }
  return context;
}

// Missing, null, "" and "none" (as imports write it) are no label; nothing else but the two words
// is one.
absl::StatusOr<std::optional<classifier::Class>> LabelOf(const Json& object) {
  const auto found = object.find("label");
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    if (text.empty() || absl::EqualsIgnoreCase(text, "none")) return std::nullopt;
    if (absl::EqualsIgnoreCase(text, "spam")) return classifier::Class::kSpam;
    if (absl::EqualsIgnoreCase(text, "ham")) return classifier::Class::kHam;
  }
  return absl::InvalidArgumentError(
      "label must be \"spam\" or \"ham\", or null or \"none\" where there is none");
}

absl::StatusOr<Example> ExampleOf(const Json& object, std::int64_t line_number) {
  const auto label = LabelOf(object);
  if (!label.ok()) return label.status();
  storage::Submission submission;
  submission.body = Text(object, {"text", "content", "body"});
  submission.author_name = Text(object, {"author_name", "author"});
  submission.author_email = storage::SecretText(Text(object, {"author_email"}));
  submission.author_url = Text(object, {"author_url", "website"});
  submission.user_agent = Text(object, {"user_agent"});
  submission.language = Text(object, {"language"});
  if (const auto time = Whole(object, "form_time_ms")) {
    submission.form_fill_time = std::chrono::milliseconds(*time);
  }
  // Which text the field held does not matter.
  if (const auto filled = object.find("honeypot_filled");
      filled != object.end() && *filled == true) {
    submission.honeypot = "filled";
  }
  std::string id = Text(object, {"id", "external_id"});
  if (id.empty()) id = absl::StrCat(line_number);
  Example example = MakeExample(std::move(id), *label, std::move(submission), ContextIn(object));
  example.line = line_number;
  example.labelled_by = Text(object, {"labelled_by"});
  return example;
}

}  // namespace

absl::StatusOr<std::vector<Example>> ReadLabelledStream(const std::string& path,
                                                        std::istream& standard_input) {
  auto input = InputFile::Open(path, standard_input);
  if (!input.ok()) return input.status();
  LineReader reader(input->stream());
  std::vector<Example> examples;
  std::string line;
  while (true) {
    const LineReader::Got got = reader.Next(line);
    if (got == LineReader::Got::kEnd) break;
    const auto refusal = [&](absl::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", line ", reader.line_number(), ": ", what));
    };
    if (got == LineReader::Got::kTooLong) return refusal(kLineTooLong);
    const Json object = importing::ParseMended(line);
    if (!object.is_object()) return refusal("is not a JSON object: {\"text\": \"...\", ...}");
    auto example = ExampleOf(object, reader.line_number());
    if (!example.ok()) return refusal(example.status().message());
    examples.push_back(*std::move(example));
  }
  if (input->stream().bad()) return absl::DataLossError(path + ": cannot be read to its end");
  return examples;
}

}  // namespace replyguard::service::cli
