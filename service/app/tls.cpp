// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
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
  if (std::filesystem::file_size(path, error) > kTlsFileBytesMax) {  // the most, where unknown
    return absl::InvalidArgumentError("the TLS file " + path + " is too large to be one");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  out = text.str();
  if (!file || out.empty()) return absl::InvalidArgumentError("cannot read the TLS file " + path);
  return absl::OkStatus();
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
Bio Over(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all};
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
// Null after the last one. Nobody is there to type a passphrase.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }
Certificate NextCertificate(BIO* bio) {
  return {PEM_read_bio_X509(bio, nullptr, &NoPassphrase, nullptr), &X509_free};
}

// Nothing but the end of the text kept the next one from being read: not a broken one.
bool WasTheLast() {
  const bool was = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return was;
}

// The server's own; null where there is none.
Certificate FirstIn(const TlsTexts& texts) {
  const Bio chain = Over(texts.certificate);
  Certificate certificate = NextCertificate(chain.get());
  ERR_clear_error();
  return certificate;
}

// Adds all that are in the text to what clients' certificates are checked against.
bool AddAuthorities(const std::string& text, SSL_CTX* context) {
  const Bio bio = Over(text);
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  bool any = false;
  while (const Certificate authority = NextCertificate(bio.get())) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) return false;
    any = true;
  }
  return WasTheLast() && any;
}

// What was read, not the files again: they may be others by now. As OpenSSL, which gRPC uses,
// understands them.
absl::Status CheckTexts(const TlsFiles& files, const TlsTexts& texts) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  &SSL_CTX_free);
  if (context == nullptr) return absl::InternalError("no TLS context");
  const Bio chain = Over(texts.certificate);
  const Certificate certificate = NextCertificate(chain.get());
  if (certificate == nullptr || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1) {
    return absl::InvalidArgumentError("no TLS certificate in PEM is in " + files.certificate);
  }
  while (const Certificate issuer = NextCertificate(chain.get())) {
    if (SSL_CTX_add1_chain_cert(context.get(), issuer.get()) != 1) {
      return absl::InvalidArgumentError("the chain of certificates cannot be used: " +
                                        files.certificate);
    }
  }
  if (!WasTheLast()) {
    return absl::InvalidArgumentError("a TLS certificate is broken in " + files.certificate);
  }
  const Bio key_text = Over(texts.private_key);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, &NoPassphrase, nullptr), &EVP_PKEY_free);
  if (key == nullptr || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return absl::InvalidArgumentError("no TLS key that fits the certificate is in " +
                                      files.private_key);
  }
  if (!files.client_ca.empty() && !AddAuthorities(texts.client_ca, context.get())) {
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
  absl::Status status = CheckTexts(files, out);
  if (!status.ok()) return status;
  return out;
}

absl::Status CheckNotExpired(const TlsFiles& files, const TlsTexts& texts) {
  const Certificate certificate = FirstIn(texts);
  if (certificate == nullptr || X509_cmp_current_time(X509_get0_notAfter(certificate.get())) > 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError("the TLS certificate has expired in " + files.certificate);
}

std::int64_t ExpiryOf(const TlsTexts& texts) {
  const Certificate certificate = FirstIn(texts);
  std::tm time{};
  if (certificate == nullptr ||
      ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) != 1) {
    return 0;
  }
  return timegm(&time);
}

}  // namespace replyguard::service
