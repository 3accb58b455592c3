// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/reloading_credentials.h"

#include <grpc/grpc.h>

#include <utility>

namespace replyguard::service::rpc {

ReloadingCredentials::ReloadingCredentials(TlsKeys keys)
    : keys_(std::move(keys)),
      credentials_(grpc_ssl_server_credentials_create_with_options(
          grpc_ssl_server_credentials_create_options_using_config_fetcher(
              keys_.client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                      : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
              &Fetch, this))) {}

ReloadingCredentials::~ReloadingCredentials() { grpc_server_credentials_release(credentials_); }

void ReloadingCredentials::Replace(TlsKeys keys) {
  const MutexLock lock(mutex_);
  keys_ = std::move(keys);
  fetched_ = false;
}

int ReloadingCredentials::AddPortToServer(const std::string& address, grpc_server* server) {
  return grpc_server_add_http2_port(server, address.c_str(), credentials_);
}

// Called before every handshake.
grpc_ssl_certificate_config_reload_status ReloadingCredentials::Fetch(
    void* self, grpc_ssl_server_certificate_config** config) {
  return static_cast<ReloadingCredentials*>(self)->Give(config);
}

grpc_ssl_certificate_config_reload_status ReloadingCredentials::Give(
    grpc_ssl_server_certificate_config** config) {
  const MutexLock lock(mutex_);
  if (fetched_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair{keys_.private_key.c_str(), keys_.certificate.c_str()};
  // gRPC asserts that there is an authority, also where it asks no client for a certificate.
  const std::string& authority = keys_.client_ca.empty() ? keys_.certificate : keys_.client_ca;
  *config = grpc_ssl_server_certificate_config_create(authority.c_str(), &pair, 1);
  fetched_ = true;
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

}  // namespace replyguard::service::rpc
