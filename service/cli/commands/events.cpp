// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

#include "absl/strings/ascii.h"
#include "replyguard/v1/comment_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

struct EventFlags {
  std::int64_t after = 0;
  std::int64_t count = 100;
};

std::string TypeText(v1::Event::Type type) {
  constexpr std::size_t kPrefix = sizeof("TYPE_") - 1;
  const std::string& name = v1::Event::Type_Name(type);
  return name.size() < kPrefix ? "unknown" : absl::AsciiStrToLower(name.substr(kPrefix));
}

void PrintEvent(Context& context, const v1::Event& event) {
  if (context.json()) {
    context.out << JsonOf(event) << "\n";
    return;
  }
  context.out << event.sequence() << "  " << TimeText(event.create_time()) << "  "
              << TypeText(event.type()) << "  "
              << SafeLine(event.comment().empty() ? event.thread() : event.comment(), 200);
  if (event.status() != v1::COMMENT_STATUS_UNSPECIFIED)
    context.out << "  " << Short(event.status());
  if (!event.reason_code().empty()) context.out << "  " << SafeLine(event.reason_code(), 64);
  context.out << "\n";
}

ExitCode List(Context& context, const EventFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kBackend, [&](const Connection& connection) {
    constexpr std::int64_t kPage = 500;
    const auto stub = v1::CommentService::NewStub(connection.channel());
    v1::ListEventsRequest request;
    request.set_parent(*site);
    request.set_cursor(flags.after);
    for (std::int64_t left = flags.count; left > 0;) {
      request.set_page_size(static_cast<std::int32_t>(std::min(left, kPage)));
      v1::ListEventsResponse response;
      const grpc::Status status =
          connection.Call(*stub, &v1::CommentService::Stub::ListEvents, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::Event& event : response.events()) PrintEvent(context, event);
      if (response.events().empty()) break;
      left -= response.events_size();
      request.set_cursor(response.cursor());
    }
    return ExitCode::kOk;
  });
}

// Reads one stream to its end; `cursor` moves with what was printed.
grpc::Status FollowOnce(Context& context, const Connection& connection, const std::string& site,
                        std::int64_t& cursor) {
  const auto stub = v1::CommentService::NewStub(connection.channel());
  grpc::ClientContext call;
  connection.PrepareStream(call);
  v1::WatchEventsRequest request;
  request.set_parent(site);
  request.set_cursor(cursor);
  const auto reader = stub->WatchEvents(&call, request);
  v1::WatchEventsResponse response;
  while (reader->Read(&response)) {
    for (const v1::Event& event : response.events()) PrintEvent(context, event);
    // Whoever reads this pipe has gone.
    if (!context.out.flush()) call.TryCancel();
    cursor = std::max(cursor, response.cursor());
  }
  return reader->Finish();
}

// Until interrupted; a server that goes away is waited for.
ExitCode Follow(Context& context, const EventFlags& flags) {
  constexpr std::chrono::seconds kPause{1};
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kBackend, [&](const Connection& connection) {
    std::int64_t cursor = flags.after;
    bool ever = false;
    while (true) {
      const std::int64_t before = cursor;
      const grpc::Status status = FollowOnce(context, connection, *site, cursor);
      ever = ever || cursor != before;
      if (!context.out) return ExitCode::kOk;
      const bool away = status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE;
      // A server that never answered is more likely a wrong address than a restart.
      if (!away || (!ever && !status.ok())) return Fail(context, status);
      std::this_thread::sleep_for(kPause);
    }
  });
}

}  // namespace

void AddEvents(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "events", "What happened to comments after they were submitted.");
  const auto flags = std::make_shared<EventFlags>();
  CLI::App* list = AddCommand(*group, selection, config::Scope::kClient, "list",
                              "Prints events in order, a line each.");
  list->add_option("--after", flags->after, "Only those after this sequence")->type_name("");
  list->add_option("--count", flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str();
  RunWith(list, selection, flags, &List);
  CLI::App* follow = AddCommand(*group, selection, config::Scope::kClient, "follow",
                                "Prints events as they happen, until interrupted.");
  follow->add_option("--after", flags->after, "Begin after this sequence; 0 is the oldest kept")
      ->type_name("");
  RunWith(follow, selection, flags, &Follow);
}

}  // namespace replyguard::service::cli
