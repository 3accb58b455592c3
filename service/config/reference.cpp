// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/reference.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/config/option.h"
#include "service/config/value.h"

namespace replyguard::service::config {
namespace {

constexpr std::string_view kHead = R"(# Configuration

<!-- Written by `replyguard config reference`; a test compares. Edit service/config/option.cpp. -->

A value is taken from the first of these that gives it: a flag, the environment, the configuration file, the default.
The file is the one named by `--config` or `REPLYGUARD_CONFIG`, or else `/etc/replyguard/replyguard.toml` where that
exists. `replyguard config show` tells what is in force and where each value comes from; `replyguard doctor` also
tells what is wrong.

Unknown keys, and unknown variables that begin with `REPLYGUARD_` (other than `REPLYGUARD_TEST_`), are errors. An empty
variable counts as not set. Secrets have no flags: a command line is visible to everybody on the machine. Each secret
can also come from a file, named by the same key with `_file` or the same variable with `_FILE` at its end.

Durations are whole numbers with a unit: `250ms`, `10s`, `5m`, `1h`, `30d`. Sizes are bytes, or whole numbers with
`KiB`, `MiB` or `GiB`.
)";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string TypeText(const Option& option) {
  switch (option.type) {
    case OptionType::kText:
      return "text";
    case OptionType::kPath:
      return "path";
    case OptionType::kAddress:
      return "address";
    case OptionType::kInteger:
      return absl::StrCat("number, ", option.minimum, " to ", option.maximum);
    case OptionType::kDuration:
      return absl::StrCat("duration, ", FormatDurationMs(option.minimum), " to ",
                          FormatDurationMs(option.maximum));
    case OptionType::kBytes:
      return absl::StrCat("size, ", FormatBytes(option.minimum), " to ",
                          FormatBytes(option.maximum));
    case OptionType::kBoolean:
      return "`true` or `false`";
    case OptionType::kChoice:
      return absl::StrCat("`", absl::StrReplaceAll(View(option.choices), {{"|", "`, `"}}), "`");
    case OptionType::kDatabase:
      return "connection string";
    case OptionType::kSlug:
      return "site";
    case OptionType::kKey:
      return "API key";
  }
  return {};
}

std::string Code(std::string_view text) {
  return text.empty() ? "" : absl::StrCat("`", View(text), "`");
}

// "server" of "server.listen".
std::string_view SectionOf(const Option& option) {
  return option.name.empty() ? "" : option.name.substr(0, option.name.find('.'));
}

void AppendSection(std::string_view section, std::string_view title, std::string& out) {
  absl::StrAppend(&out, "\n## ", View(title), "\n\n| key | variable | flag | value | default | |\n",
                  "|---|---|---|---|---|---|\n");
  for (const Option& option : AllOptions()) {
    if (SectionOf(option) != section) continue;
    absl::StrAppend(&out, "| ", Code(option.name), " | ", Code(option.environment), " | ",
                    Code(option.flag), " | ", TypeText(option), option.secret ? ", secret" : "",
                    " | ", Code(option.default_text), " | ", View(option.help), " |\n");
  }
}

}  // namespace

std::string RenderReference() {
  std::string out(kHead);
  std::string_view last;
  for (const Option& option : AllOptions()) {
    const std::string_view section = SectionOf(option);
    if (section.empty() || section == last) continue;
    AppendSection(section, "[" + std::string(section) + "]", out);
    last = section;
  }
  AppendSection("", "Outside the file", out);
  return out;
}

}  // namespace replyguard::service::config
