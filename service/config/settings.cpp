// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/settings.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/config/toml_file.h"

namespace replyguard::service::config {
namespace {

constexpr std::string_view kPrefix = "REPLYGUARD_";
constexpr std::string_view kTestPrefix = "REPLYGUARD_TEST_";
constexpr std::size_t kSecretFileBytesMax = 16 * 1024;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// What Kubernetes tells every pod of a Service called "replyguard" or "replyguard-...":
// ..._SERVICE_HOST=10.0.0.1, ..._SERVICE_PORT[_GRPC]=7420, ..._PORT[_7420_TCP[_ADDR]]=tcp://...
bool IsServiceLink(std::string_view name, std::string_view text) {
  const bool is_url = text.find("://") != std::string_view::npos;
  return name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
         (name.ends_with("_PORT") && is_url) || name.find("_PORT_") != std::string_view::npos;
}

// Collects one load: layers are applied from the weakest to the strongest.
class Loader {
 public:
  explicit Loader(const Sources& sources) : sources_(sources) {}

  LoadResult Load() {
    if (sources_.file) ApplyFile(sources_.file->first, sources_.file->second);
    ApplyEnvironment();
    ApplyFlags();
    return std::move(result_);
  }

 private:
  void Problem(std::string_view where, std::string_view what) {
    result_.problems.push_back(absl::StrCat(View(where), ": ", View(what)));
  }

  void Apply(const OptionMatch& match, std::string text, Origin origin, const std::string& where) {
    const Option& option = *match.option;
    Setting setting{.value = {}, .origin = origin, .where = where, .secret_file = {}};
    if (match.from_file) {
      setting.secret_file = std::move(text);
      auto content = ReadSecret(setting.secret_file);
      if (!content.ok()) return Problem(where, std::string(content.status().message()));
      text = *std::move(content);
    }
    auto value = ParseValue(option, text);
    if (!value.ok()) return Problem(where, std::string(value.status().message()));
    setting.value = *std::move(value);
    const Setting& before = result_.settings.Of(option.key);
    if (before.origin == origin && origin != Origin::kFlag) {
      return Problem(where, absl::StrCat(before.where, " gives the same option; keep one"));
    }
    result_.settings.Set(option.key, std::move(setting));
  }

  // A secret's file holds the secret and perhaps a line end.
  absl::StatusOr<std::string> ReadSecret(const std::string& path) {
    auto content = sources_.read_file(path);
    if (!content.ok()) return content.status();
    if (content->size() > kSecretFileBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is larger than a secret may be"));
    }
    absl::string_view text = *content;
    absl::ConsumeSuffix(&text, "\n");
    absl::ConsumeSuffix(&text, "\r");
    if (text.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
    return std::string(text);
  }

  void ApplyFile(const std::string& name, const std::string& text) {
    TomlEntries entries = ReadToml(name, text);
    for (std::string& problem : entries.problems) result_.problems.push_back(std::move(problem));
    for (TomlEntry& entry : entries.entries) {
      const auto match = FindByName(entry.name);
      if (!match) {
        Problem(entry.where, absl::StrCat("unknown key ", entry.name, "; did you mean ",
                                          View(NearestName(entry.name)), "?"));
      } else if (!match->from_file && !TomlTypeFits(match->option->type, entry.type)) {
        Problem(entry.where,
                absl::StrCat(entry.name, " must be ", View(TomlTypeWanted(match->option->type))));
      } else {
        Apply(*match, std::move(entry.text), Origin::kFile, entry.where);
      }
    }
  }

  void ApplyEnvironment() {
    for (const auto& [name, text] : sources_.environment) {
      if (!name.starts_with(kPrefix) || name.starts_with(kTestPrefix)) continue;
      const auto match = FindByEnvironment(name);
      if (!match && IsServiceLink(name, text)) continue;
      if (!match) {
        Problem(name, absl::StrCat("unknown; did you mean ", View(NearestEnvironment(name)), "?"));
      } else if (!text.empty()) {  // an empty variable is one that is not set
        Apply(*match, text, Origin::kEnvironment, name);
      }
    }
  }

  void ApplyFlags() {
    for (const auto& [key, text] : sources_.flags) {
      const Option& option = OptionOf(key);
      Apply({&option, false}, text, Origin::kFlag, std::string(option.flag));
    }
  }

  const Sources& sources_;
  LoadResult result_;
};

}  // namespace

Settings::Settings() {
  for (const Option& option : AllOptions()) {
    Setting& setting = settings_.at(static_cast<std::size_t>(option.key));
    setting.value = ParseValue(option, option.default_text).value();
    setting.where = "default";
  }
}

LoadResult LoadSettings(const Sources& sources) { return Loader(sources).Load(); }

}  // namespace replyguard::service::config
