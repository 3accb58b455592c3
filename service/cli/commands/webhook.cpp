// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using AdminStub = v1::AdminService::Stub;

constexpr std::size_t kNameCharsMax = 200;
constexpr int kDeliveriesMax = 200;

struct WebhookFlags {
  std::string webhook;
  std::string url;
  std::vector<std::string> events;
  bool pause = false;
  bool resume = false;
  int count = 20;
  std::int64_t sequence = 0;
  std::int64_t cursor = -1;
};

const std::vector<std::string>& EventNames() {
  static const std::vector<std::string> kNames{"queued", "decided", "edited", "erased",
                                               "thread-changed"};
  return kNames;
}

// "thread-changed" of TYPE_THREAD_CHANGED.
std::string EventText(int type) {
  constexpr std::size_t kPrefix = sizeof("TYPE_") - 1;
  const std::string& name = v1::Event::Type_Name(static_cast<v1::Event::Type>(type));
  if (name.size() < kPrefix) return "unknown";
  std::string text = absl::AsciiStrToLower(name.substr(kPrefix));
  for (char& c : text) c = c == '_' ? '-' : c;
  return text;
}

void SetEvents(const std::vector<std::string>& names, v1::Webhook& webhook) {
  for (std::string name : names) {
    for (char& c : name) c = c == '-' ? '_' : c;
    v1::Event::Type type = v1::Event::TYPE_UNSPECIFIED;
    v1::Event::Type_Parse("TYPE_" + absl::AsciiStrToUpper(name), &type);
    webhook.add_event_types(type);
  }
}

std::string EventsText(const v1::Webhook& webhook) {
  if (webhook.event_types().empty()) return "every";
  std::string text;
  for (const int type : webhook.event_types()) text += (text.empty() ? "" : ",") + EventText(type);
  return text;
}

std::string StateText(const v1::Webhook& webhook) {
  if (webhook.state() == v1::Webhook::STATE_PAUSED) return "paused: " + webhook.pause_reason();
  if (!webhook.has_failing_since_time()) return "active";
  return "failing since " + TimeText(webhook.failing_since_time()) + ": " + webhook.last_error();
}

void PrintWebhook(Context& context, const v1::Webhook& webhook) {
  context.out << SafeLine(webhook.name(), kNameCharsMax) << "  "
              << SafeLine(StateText(webhook), kNameCharsMax) << "\n";
}

// The secret goes to `out` by itself, so that it can be taken by a script.
template <typename Response>
ExitCode PrintSecret(Context& context, const Response& response) {
  return ShowAnswer(context, response, [&] {
    context.err << SafeLine(response.webhook().name(), kNameCharsMax)
                << ". This is its secret; it is never shown again:\n"
                << std::flush;
    context.out << response.secret() << "\n";
  });
}

// Calls one method about a webhook, with an operator's key, and shows what it answers.
template <typename Request, typename Response, typename Method, typename Show>
ExitCode CallAndShow(Context& context, Method method, const Request& request, Show show) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    return status.ok() ? show(response) : Fail(context, status);
  });
}

ExitCode Usage(Context& context, const absl::Status& status) {
  return Fail(context, ExitCode::kUsage, std::string(status.message()));
}

ExitCode Add(Context& context, const WebhookFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Usage(context, site.status());
  v1::CreateWebhookRequest request;
  request.set_parent(*site);
  request.mutable_webhook()->set_url(flags.url);
  SetEvents(flags.events, *request.mutable_webhook());
  return CallAndShow<v1::CreateWebhookRequest, v1::CreateWebhookResponse>(
      context, &AdminStub::CreateWebhook, request,
      [&](const auto& response) { return PrintSecret(context, response); });
}

ExitCode List(Context& context) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Usage(context, site.status());
  v1::ListWebhooksRequest request;
  request.set_parent(*site);
  return CallAndShow<v1::ListWebhooksRequest, v1::ListWebhooksResponse>(
      context, &AdminStub::ListWebhooks, request, [&](const v1::ListWebhooksResponse& response) {
        Table table({"WEBHOOK", "URL", "EVENTS", "CURSOR", "SECRETS", "STATE"});
        for (const v1::Webhook& webhook : response.webhooks()) {
          if (context.json()) context.out << JsonOf(webhook) << "\n";
          table.Add({std::string(LastPart(webhook.name())), webhook.url(), EventsText(webhook),
                     std::to_string(webhook.cursor()),
                     webhook.has_old_secret_create_time() ? "2" : "1", StateText(webhook)});
        }
        if (context.json()) return ExitCode::kOk;
        if (table.empty()) context.out << "No webhooks: see replyguard webhook add --help.\n";
        table.Print(context.out, context.style);
        return ExitCode::kOk;
      });
}

ExitCode Update(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::UpdateWebhookRequest request;
  v1::Webhook& webhook = *request.mutable_webhook();
  webhook.set_name(*name);
  webhook.set_url(flags.url);
  SetEvents(flags.events, webhook);
  if (flags.pause) webhook.set_state(v1::Webhook::STATE_PAUSED);
  if (flags.resume) webhook.set_state(v1::Webhook::STATE_ACTIVE);
  return CallAndShow<v1::UpdateWebhookRequest, v1::UpdateWebhookResponse>(
      context, &AdminStub::UpdateWebhook, request, [&](const v1::UpdateWebhookResponse& response) {
        return ShowAnswer(context, response.webhook(),
                          [&] { PrintWebhook(context, response.webhook()); });
      });
}

ExitCode Rotate(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::RotateWebhookSecretRequest request;
  request.set_name(*name);
  return CallAndShow<v1::RotateWebhookSecretRequest, v1::RotateWebhookSecretResponse>(
      context, &AdminStub::RotateWebhookSecret, request,
      [&](const auto& response) { return PrintSecret(context, response); });
}

ExitCode DropSecret(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::DropWebhookSecretRequest request;
  request.set_name(*name);
  return CallAndShow<v1::DropWebhookSecretRequest, v1::DropWebhookSecretResponse>(
      context, &AdminStub::DropWebhookSecret, request,
      [&](const v1::DropWebhookSecretResponse& response) {
        return ShowAnswer(context, response.webhook(), [&] {
          context.out << SafeLine(*name, kNameCharsMax) << "  only its new secret signs\n";
        });
      });
}

ExitCode Remove(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::DeleteWebhookRequest request;
  request.set_name(*name);
  return CallAndShow<v1::DeleteWebhookRequest, v1::DeleteWebhookResponse>(
      context, &AdminStub::DeleteWebhook, request, [&](const v1::DeleteWebhookResponse&) {
        if (context.json()) {
          context.out << JsonObject({{"removed", *name}}) << "\n";
        } else {
          context.out << SafeLine(*name, kNameCharsMax) << "  removed\n";
        }
        return ExitCode::kOk;
      });
}

ExitCode Log(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::ListWebhookDeliveriesRequest request;
  request.set_parent(*name);
  request.set_page_size(flags.count);
  return CallAndShow<v1::ListWebhookDeliveriesRequest, v1::ListWebhookDeliveriesResponse>(
      context, &AdminStub::ListWebhookDeliveries, request,
      [&](const v1::ListWebhookDeliveriesResponse& response) {
        Table table({"ATTEMPT", "TIME", "EVENT", "STATUS", "MS", "ERROR"});
        for (const v1::WebhookDelivery& one : response.deliveries()) {
          if (context.json()) context.out << JsonOf(one) << "\n";
          constexpr int kMillis = 1'000, kNanosPerMilli = 1'000'000;
          table.Add({std::to_string(one.attempt()), TimeText(one.attempt_time()),
                     std::to_string(one.sequence()) + (one.redelivery() ? " again" : ""),
                     one.status_code() == 0 ? "-" : std::to_string(one.status_code()),
                     std::to_string(one.duration().seconds() * kMillis +
                                    one.duration().nanos() / kNanosPerMilli),
                     one.error()});
        }
        if (context.json()) return ExitCode::kOk;
        if (table.empty()) context.out << "Nothing has been sent yet.\n";
        table.Print(context.out, context.style);
        return ExitCode::kOk;
      });
}

ExitCode Redeliver(Context& context, const WebhookFlags& flags) {
  const auto name = NameIn(context.settings, "webhooks", flags.webhook);
  if (!name.ok()) return Usage(context, name.status());
  v1::RedeliverWebhookEventRequest request;
  request.set_name(*name);
  if (flags.cursor >= 0) {
    request.set_cursor(flags.cursor);
  } else if (flags.sequence > 0) {
    request.set_sequence(flags.sequence);
  } else {
    return Fail(context, ExitCode::kUsage, "what? Give --event or --from-cursor");
  }
  return CallAndShow<v1::RedeliverWebhookEventRequest, v1::RedeliverWebhookEventResponse>(
      context, &AdminStub::RedeliverWebhookEvent, request,
      [&](const v1::RedeliverWebhookEventResponse& response) {
        return ShowAnswer(context, response.webhook(),
                          [&] { PrintWebhook(context, response.webhook()); });
      });
}

using Run = ExitCode (*)(Context&, const WebhookFlags&);

// A command about one webhook.
std::shared_ptr<WebhookFlags> AddOne(CLI::App& group, Selection& selection, const std::string& name,
                                     const std::string& help, Run run, CLI::App** command) {
  *command = AddCommand(group, selection, config::Scope::kClient, name, help);
  auto flags = std::make_shared<WebhookFlags>();
  (*command)
      ->add_option("webhook", flags->webhook, "Its name, or the last part of it: see webhook list")
      ->required();
  RunWith(*command, selection, flags, run);
  return flags;
}

void AddEventFlags(CLI::App& command, WebhookFlags& flags) {
  command
      .add_option("--event", flags.events,
                  "What it is told: queued, decided, edited, erased, thread-changed; repeatable")
      ->type_name("")
      ->check(CLI::IsMember(EventNames()));
}

}  // namespace

void AddWebhook(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "webhook", "Where a site's backend is told its events, signed.");
  CLI::App* command = AddCommand(*group, selection, config::Scope::kClient, "add",
                                 "Adds a webhook and prints its secret, once, on standard output.");
  const auto added = std::make_shared<WebhookFlags>();
  command->add_option("url", added->url, "Where to; https")->required();
  AddEventFlags(*command, *added);
  command->footer(
      "Example: replyguard webhook add https://blog.example/replyguard --event decided");
  RunWith(command, selection, added, &Add);

  SetCommand(
      AddCommand(*group, selection, config::Scope::kClient, "list", "Lists the site's webhooks."),
      selection, List);

  auto flags = AddOne(*group, selection, "update", "Changes, pauses or resumes a webhook.", &Update,
                      &command);
  command->add_option("--url", flags->url, "Where to from now on")->type_name("");
  AddEventFlags(*command, *flags);
  CLI::Option* pause = command->add_flag("--pause", flags->pause, "Tell it nothing for now");
  command->add_flag("--resume", flags->resume, "Go on where it was")->excludes(pause);

  AddOne(*group, selection, "rotate",
         "Gives it a new secret, printed once; the old one signs too until drop-secret.", &Rotate,
         &command);
  AddOne(*group, selection, "drop-secret", "Ends the secret before the present one.", &DropSecret,
         &command);
  AddOne(*group, selection, "remove", "Removes a webhook with its log.", &Remove, &command);

  flags = AddOne(*group, selection, "log", "What it was told, newest first.", &Log, &command);
  command->add_option("--count", flags->count, "How many, 1 to 200")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, kDeliveriesMax));

  flags = AddOne(*group, selection, "redeliver", "Tells it one event again, or all after a cursor.",
                 &Redeliver, &command);
  CLI::Option* event =
      command->add_option("--event", flags->sequence, "Sequence of the event")->type_name("");
  command
      ->add_option("--from-cursor", flags->cursor,
                   "Everything after this sequence (0: whatever is kept), and no --event of before")
      ->type_name("")
      ->excludes(event);
}

}  // namespace replyguard::service::cli
