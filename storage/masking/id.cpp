// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "masking/own_address.h"
#include "masking/rewrite.h"
#include "storage/masking.h"

namespace replyguard::storage {

bool IdHoldsAddress(std::string_view id, std::string_view own_email) {
  if (masking::MayHoldAt(id) && MaskText(id).changed()) return true;
  return !own_email.empty() && masking::OwnAddress(own_email).IsIn(id);
}

}  // namespace replyguard::storage
