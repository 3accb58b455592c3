// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "service/rpc/dispatch/method_table.h"
#include "service/rpc/methods.h"

namespace replyguard::service::rpc {

// A blocking method whose handler is `function(use_cases, call, request, response)`.
template <typename Request, typename Response, typename Function>
void Add(const UseCases& use_cases, MethodTable& table, std::string_view name, Function function) {
  table.AddBlocking<Request, Response>(
      name,
      [use_cases, function](const CallContext& call, const Request& request, Response& response) {
        return function(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
