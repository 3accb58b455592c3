// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/tls.h"

#include <openssl/ssl.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>

namespace replyguard::service {
namespace {

absl::Status ReadText(const std::string& path, std::string& out) {
  if (path.empty()) return absl::OkStatus();
  // A pipe would keep whoever looks at it until somebody writes, also at the end of the server.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::InvalidArgumentError("the TLS file " + path + " is not there, or no file");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  out = text.str();
  if (!file || out.empty()) return absl::InvalidArgumentError("cannot read the TLS file " + path);
  return absl::OkStatus();
}

// As OpenSSL, which gRPC uses, understands them.
absl::Status CheckFiles(const TlsFiles& files) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  &SSL_CTX_free);
  if (context == nullptr) return absl::InternalError("no TLS context");
  // Nobody is there to type a passphrase.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return absl::InvalidArgumentError("no TLS certificate in PEM is in " + files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.private_key.c_str(), SSL_FILETYPE_PEM) !=
          1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return absl::InvalidArgumentError("no TLS key that fits the certificate is in " +
                                      files.private_key);
  }
  if (!files.client_ca.empty() &&
      SSL_CTX_load_verify_locations(context.get(), files.client_ca.c_str(), nullptr) != 1) {
    return absl::InvalidArgumentError("no TLS authority in PEM is in " + files.client_ca);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsTexts> ReadTls(const TlsFiles& files) {
  if (files.certificate.empty() != files.private_key.empty()) {
    return absl::InvalidArgumentError("a TLS certificate and its private key go together");
  }
  if (!files.client_ca.empty() && files.certificate.empty()) {
    return absl::InvalidArgumentError("TLS client authorities need a server certificate as well");
  }
  TlsTexts out;
  if (files.certificate.empty()) return out;
  for (const auto& [path, text] : {std::pair(&files.certificate, &out.certificate),
                                   std::pair(&files.private_key, &out.private_key),
                                   std::pair(&files.client_ca, &out.client_ca)}) {
    absl::Status status = ReadText(*path, *text);
    if (!status.ok()) return status;
  }
  absl::Status status = CheckFiles(files);
  if (!status.ok()) return status;
  return out;
}

}  // namespace replyguard::service
