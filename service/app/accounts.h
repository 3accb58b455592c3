// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The use cases of accounts with what they share.
#pragma once

#include <chrono>
#include <span>

#include "service/usecases/account/own_account.h"
#include "service/usecases/account/people.h"
#include "service/usecases/account/sign_in.h"
#include "storage/database.h"

namespace replyguard::service {

// Thread-safe. What it is made of outlives it.
class Accounts {
 public:
  Accounts(const SiteDirectory& sites, storage::Database& database,
           std::span<const std::uint8_t, 32> deployment_key, const Clock& clock)
      : throttle_([] { return std::chrono::steady_clock::now(); }),
        keys_(deployment_key),
        parts_{database.people(), database.sessions(), hasher_, throttle_, keys_, clock},
        sign_in(parts_),
        own(parts_),
        people(sites, parts_) {}
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  auth::SignInThrottle& throttle() { return throttle_; }

 private:
  auth::PasswordHasher hasher_;
  auth::SignInThrottle throttle_;
  const auth::SecondFactorKeys keys_;
  const AccountParts parts_;

 public:
  const SignIn sign_in;
  const OwnAccount own;
  const People people;
};

}  // namespace replyguard::service
