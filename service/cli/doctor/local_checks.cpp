// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cstdint>
#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/app/http_server.h"
#include "service/app/secrets.h"
#include "service/app/tls.h"
#include "service/cli/commands/server_options.h"
#include "service/cli/doctor/checks.h"
#include "service/config/redact.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;

constexpr std::uint64_t kFreeBytesMin = std::uint64_t{1} << 30;

// Others must not read a file that holds a secret.
void CheckSecretFile(const std::string& name, const std::string& path, Report& report) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return;  // reading it has failed already
  if ((info.st_mode & S_IRWXO) != 0) {
    report.Warn(name, path + " may be read by everybody on this machine", "chmod o-rwx " + path);
  }
}

void CheckDisk(const std::string& folder, Report& report) {
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return;
  const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::string found = absl::StrCat(free_bytes >> 20U, " MiB free on the disk of ", folder);
  if (free_bytes < kFreeBytesMin) {
    report.Warn("disk", found, "make room before the log or the database stops");
  } else {
    report.Ok("disk", found);
  }
}

constexpr std::int64_t kSecondsPerDay = 86'400;
// Tools that renew use to do so a month before.
constexpr std::int64_t kExpirySecondsMin = 14 * kSecondsPerDay;
const std::string kRenew = "renew it: the server needs no restart";

// Of one listener.
void CheckTlsFiles(const std::string& check, const TlsFiles& files, const std::string& remedy,
                   Report& report) {
  const auto texts = ReadTls(files);
  if (!texts.ok()) return report.Fail(check, std::string(texts.status().message()), remedy);
  if (files.certificate.empty()) return;  // plain text: shown by the settings
  if (const absl::Status status = CheckNotExpired(files, *texts); !status.ok()) {
    report.Fail(check, std::string(status.message()), kRenew);
  } else if (const auto left = ExpiryOf(*texts) - std::time(nullptr); left < kExpirySecondsMin) {
    const std::int64_t days = left / kSecondsPerDay;
    report.Warn(check,
                absl::StrCat("the certificate expires in ", days, days == 1 ? " day" : " days"),
                kRenew);
  } else {
    report.Ok(check, files.client_ca.empty() ? "the certificate and its key fit"
                                             : "the certificate and its key fit; clients need one");
  }
  CheckSecretFile(check, files.private_key, report);
}

}  // namespace

void CheckConfiguration(const Context& context, Report& report) {
  for (const std::string& problem : context.settings_problems) {
    report.Fail("configuration", problem, "see replyguard config reference");
  }
  if (context.settings_problems.empty())
    report.Ok("configuration", "nothing unknown, nothing out of bounds");
  for (const config::Option& option : config::AllOptions()) {
    const config::Setting& setting = context.settings.Of(option.key);
    if (setting.origin == config::Origin::kDefault) continue;
    const std::string name(option.name.empty() ? option.environment : option.name);
    report.Ok(name, config::Shown(option, setting.value.text) + " (" + setting.where + ")");
    if (!setting.secret_file.empty()) CheckSecretFile(name, setting.secret_file, report);
  }
}

void CheckSecrets(const Context& context, Report& report) {
  const std::string& folder = context.settings.Text(OptionKey::kSecretsDir);
  if (folder.empty()) {
    report.Warn("secrets", "secrets.dir is not set",
                "needed where the server runs: replyguard secrets init");
    return;
  }
  const auto secrets = ReadSecrets(folder);
  if (!secrets.ok()) {
    report.Fail("secrets", std::string(secrets.status().message()),
                "replyguard secrets init makes what is missing");
    return;
  }
  report.Ok("secrets", absl::StrCat(folder, ": ", secrets->keyring.key_ids().size(),
                                    " keys for author ids, number ",
                                    secrets->keyring.write_key_id(), " writes"));
  CheckDisk(folder, report);
}

void CheckTls(const Context& context, Report& report) {
  const auto text = [&](OptionKey key) { return context.settings.Text(key); };
  CheckTlsFiles("tls",
                {.certificate = text(OptionKey::kServerTlsCertificate),
                 .private_key = text(OptionKey::kServerTlsPrivateKey),
                 .client_ca = text(OptionKey::kServerTlsClientCa)},
                "see server.tls_certificate, server.tls_private_key and server.tls_client_ca",
                report);
  CheckTlsFiles("http_tls",
                {.certificate = text(OptionKey::kHttpTlsCertificate),
                 .private_key = text(OptionKey::kHttpTlsPrivateKey),
                 .client_ca = {}},
                "see http.tls_certificate and http.tls_private_key", report);
  const absl::Status proxies = CheckTrustedProxies(TrustedProxiesFrom(context.settings));
  if (!proxies.ok()) {
    report.Fail("http_proxies", std::string(proxies.message()), "see http.trusted_proxies");
  }
}

}  // namespace replyguard::service::cli
