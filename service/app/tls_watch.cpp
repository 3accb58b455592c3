// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/tls_watch.h"

#include <utility>

namespace replyguard::service {

TlsWatch::TlsWatch(TlsFiles files, TlsTexts present, std::atomic<std::int64_t>& expiry,
                   std::function<absl::Status(const TlsTexts&)> replace,
                   std::function<void(std::string_view)> warn)
    : files_(std::move(files)),
      expiry_(expiry),
      replace_(std::move(replace)),
      warn_(std::move(warn)),
      present_(std::move(present)) {
  expiry_ = ExpiryOf(present_);
}

TlsWatch::~TlsWatch() {
  pacer_.Stop();
  if (thread_.joinable()) thread_.join();
}

void TlsWatch::Start() {
  if (files_.certificate.empty()) return;
  thread_ = std::thread([this] {
    while (pacer_.Pause(kTlsLookInterval)) Look();
  });
}

void TlsWatch::Look() {
  absl::StatusOr<TlsTexts> texts = ReadTls(files_);
  absl::Status status = texts.status();
  if (status.ok()) {
    if (*texts == present_) return;
    // The present one may still be good. Other authorities are taken also beside one that is not.
    if (texts->certificate != present_.certificate) status = CheckNotExpired(files_, *texts);
  }
  if (status.ok()) status = replace_(*texts);
  if (status.ok()) {
    present_ = *std::move(texts);
    expiry_ = ExpiryOf(present_);
    warned_.clear();
    return;
  }
  const std::string why(status.message());
  if (std::exchange(warned_, why) != why) warn_(why);
}

}  // namespace replyguard::service
