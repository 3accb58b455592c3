// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/akismet_parts.h"

namespace replyguard::service {
namespace {

CourierOptions CourierOf(const AkismetNeeds& needs) {
  CourierOptions options;
  options.warn = needs.warn;
  return options;
}

}  // namespace

AkismetParts::AkismetParts(const AkismetNeeds& needs)
    : sites_(needs.sites),
      clock_(needs.clock),
      check_(needs.sites, needs.submit, needs.check, needs.update, needs.database.akismet(),
             needs.secrets.keyring, needs.clock, needs.random),
      feedback_(needs.sites, needs.database.akismet(), needs.database.decisions(),
                needs.database.labels(), needs.secrets.keyring, needs.clock, needs.observer),
      usage_(needs.sites, needs.database.akismet(), needs.clock, needs.warn),
      callbacks_(needs.sites, needs.database.callbacks(), needs.sealer, needs.poster, needs.clock),
      courier_(needs.database.callbacks(), needs.sealer, needs.poster, needs.clock,
               CourierOf(needs)) {}

void AkismetParts::Start() {
  usage_.Start();
  courier_.Start();
}

void AkismetParts::AskToStop() {
  courier_.AskToStop();
  usage_.AskToStop();
}

void AkismetParts::Stop() {
  courier_.Stop();
  usage_.Stop();
}

}  // namespace replyguard::service
