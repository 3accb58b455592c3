// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/names.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace replyguard::service::cli {

absl::StatusOr<std::string> SiteName(const config::Settings& settings) {
  const std::string& site = settings.Text(config::OptionKey::kClientSite);
  if (site.empty()) {
    return absl::InvalidArgumentError("which site? Give --site or set REPLYGUARD_SITE");
  }
  return "sites/" + site;
}

absl::StatusOr<std::string> SiteName(const config::Settings& settings, std::string_view typed) {
  if (typed.empty()) return SiteName(settings);
  std::string name(typed);
  return typed.starts_with("sites/") ? name : "sites/" + name;
}

std::string SiteNameOrAll(const config::Settings& settings) {
  const std::string& site = settings.Text(config::OptionKey::kClientSite);
  return site.empty() ? "sites/-" : "sites/" + site;
}

absl::StatusOr<std::string> NameIn(const config::Settings& settings, std::string_view collection,
                                   std::string_view typed) {
  if (typed.starts_with("sites/")) return std::string(typed);
  auto site = SiteName(settings);
  if (!site.ok()) return site.status();
  return absl::StrCat(*site, "/", absl::string_view(collection.data(), collection.size()), "/",
                      absl::string_view(typed.data(), typed.size()));
}

std::string ActorText(std::string_view name) {
  return std::string(name.starts_with("people/") ? name : LastPart(name));
}

bool IsKeyId(std::string_view typed) {
  constexpr std::size_t kKeyIdDigits = 16;
  return typed.size() == kKeyIdDigits &&
         typed.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view LastPart(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

}  // namespace replyguard::service::cli
