// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/public_suffix.h"

#include <libpsl.h>

#include <string>

#include "policy/rules/host_name.h"

namespace replyguard::service::policy {

bool IsPublicSuffix(std::string_view host) {
  const std::string name = CanonicalHost(host);
  if (name.empty() || name.front() == '[') return false;  // an address of IPv6
  return psl_is_public_suffix2(psl_builtin(), name.c_str(), PSL_TYPE_ANY) != 0;
}

}  // namespace replyguard::service::policy
