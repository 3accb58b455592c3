// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <cstdint>

#include "service/cli/client/connection.h"

namespace replyguard::service::cli {

// Calls a listing `method` page by page, of at most `page_max` rows, until `count` rows have come
// or there are no more: see(response) is called with each page and answers how many rows it holds.
// Afterwards the request's token is that of the page which would follow; empty for none.
template <typename Stub, typename Request, typename Response, typename See>
grpc::Status ReadPages(const Connection& connection, Stub& stub,
                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                    Response*),
                       std::int64_t count, std::int64_t page_max, Request& request, See see) {
  for (std::int64_t left = count; left > 0;) {
    request.set_page_size(static_cast<std::int32_t>(std::min(left, page_max)));
    Response response;
    grpc::Status status = connection.Call(stub, method, request, response);
    if (!status.ok()) return status;
    left -= see(response);
    request.set_page_token(response.next_page_token());
    if (request.page_token().empty()) break;
  }
  return grpc::Status::OK;
}

}  // namespace replyguard::service::cli
