// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// TLS credentials of the gRPC listener whose keys can be replaced while it listens: connections
// that are open stay as they are, the next handshake uses the new ones.
#pragma once

#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <string>

#include "storage/mutex.h"

namespace replyguard::service::rpc {

// PEM texts. A client_ca makes client certificates mandatory; whether there is one cannot change.
struct TlsKeys {
  std::string certificate;
  std::string private_key;
  std::string client_ca;
};

// Thread-safe. Outlives the server whose port it was given to.
class ReloadingCredentials final : public grpc::ServerCredentials {
 public:
  explicit ReloadingCredentials(TlsKeys keys);
  ~ReloadingCredentials() override;
  ReloadingCredentials(const ReloadingCredentials&) = delete;
  ReloadingCredentials& operator=(const ReloadingCredentials&) = delete;

  // REQUIRES: they read and fit each other; gRPC goes on with the last ones that did.
  void Replace(TlsKeys keys);

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override;
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config);
  grpc_ssl_certificate_config_reload_status Give(grpc_ssl_server_certificate_config** config);

  Mutex mutex_;
  TlsKeys keys_ REPLYGUARD_GUARDED_BY(mutex_);
  bool fetched_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  grpc_server_credentials* const credentials_;
};

}  // namespace replyguard::service::rpc
