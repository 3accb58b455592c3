// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A page of exported comments, of a site's or of one author's.
#pragma once

#include <cstdint>
#include <string>

#include "service/rpc/convert/export.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/pages.h"

namespace replyguard::service::rpc {

// Rows that a page has when none are asked for.
inline constexpr std::int32_t kExportPageStandard = 200;

template <typename Request, typename Rows, typename Response>
void FillCommentPage(const UseCases& use_cases, const CallContext& call, const Request& request,
                     const std::string& site, const Rows& rows, std::int32_t limit,
                     Response& response) {
  FillPage(
      use_cases.tokens, call, request, rows, limit, response.mutable_comments(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::ExportedComment* out) { ToProto(site, row, out); },
      [](const auto& row) { return CursorWriter().Id(row.comment.comment_id).Take(); });
}

}  // namespace replyguard::service::rpc
