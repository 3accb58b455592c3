// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The parts behind the Akismet protocol.
#pragma once

#include <functional>
#include <string_view>

#include "service/app/secrets.h"
#include "service/auth/sealer.h"
#include "service/http/akismet/endpoints.h"
#include "service/usecases/akismet/callbacks.h"
#include "service/usecases/akismet/check.h"
#include "service/usecases/akismet/courier.h"
#include "service/usecases/akismet/feedback.h"
#include "service/usecases/akismet/usage.h"
#include "service/usecases/deliver/poster.h"
#include "storage/database.h"

namespace replyguard::service {

// What other parts give it; all outlive it.
struct AkismetNeeds {
  const SiteDirectory& sites;
  const SubmitComment& submit;
  const CheckComment& check;
  const UpdateComment& update;
  storage::Database& database;
  const Secrets& secrets;
  const auth::Sealer& sealer;
  Poster& poster;
  const Clock& clock;
  RandomSource& random;
  Observer* observer;
  // One line for the operator's log.
  std::function<void(std::string_view)> warn;
};

class AkismetParts {
 public:
  explicit AkismetParts(const AkismetNeeds& needs);

  void Start();
  // A decision may have been taken.
  void Wake() { courier_.Wake(); }
  void AskToStop();
  // Waits for calls to websites in progress, and for what was counted to be stored.
  void Stop();

  http::akismet::AkismetUseCases use_cases() {
    return {sites_, check_, feedback_, usage_, callbacks_, clock_};
  }

 private:
  const SiteDirectory& sites_;
  const Clock& clock_;
  AkismetCheck check_;
  AkismetFeedback feedback_;
  AkismetUsage usage_;
  AkismetCallbacks callbacks_;
  CallbackCourier courier_;
};

}  // namespace replyguard::service
