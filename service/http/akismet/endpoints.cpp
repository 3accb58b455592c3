// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/endpoints.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "service/http/akismet/answer.h"
#include "service/http/akismet/fields.h"
#include "service/http/akismet/reports.h"
#include "service/http/server/text.h"
#include "service/rpc/dispatch/gate.h"
#include "service/usecases/administer/site_directory.h"

namespace replyguard::service::http::akismet {
namespace {

using std::chrono::sys_days;
using storage::UsageCounts;

template <typename Number>
Number NumberOf(std::string_view text, Number otherwise) {
  Number number{};
  return absl::SimpleAtoi(View(text), &number) ? number : otherwise;
}

storage::BlogOrder OrderOf(std::string_view text) {
  if (text == "spam") return storage::BlogOrder::kSpam;
  if (text == "ham") return storage::BlogOrder::kHam;
  if (text == "missed_spam") return storage::BlogOrder::kMissedSpam;
  if (text == "false_positives") return storage::BlogOrder::kFalsePositives;
  return storage::BlogOrder::kTotal;
}

std::chrono::year_month MonthOfDay(sys_days day) {
  const std::chrono::year_month_day date(day);
  return date.year() / date.month();
}

}  // namespace

sys_days Endpoints::Today() const {
  return std::chrono::floor<std::chrono::days>(use_cases_.clock.Now());
}

void Endpoints::Run(Endpoint endpoint, const Exchange& exchange, Done done) const {
  switch (endpoint) {
    case Endpoint::kVerifyKey: {
      const absl::Status status = CheckRequired(exchange.parameters, {"blog"});
      return status.ok() ? done(Plain("valid")) : done(status);
    }
    case Endpoint::kCommentCheck:
      return CommentCheck(exchange, std::move(done));
    case Endpoint::kSubmitSpam:
      return done(Submit(exchange, true));
    case Endpoint::kSubmitHam:
      return done(Submit(exchange, false));
    case Endpoint::kUsageLimit:
      return done(UsageLimit(exchange));
    case Endpoint::kKeySites:
      return done(KeySites(exchange));
    case Endpoint::kDeactivate:
      // The key goes on to work: only its owner revokes it, here.
      return done(Plain("deactivated"));
    case Endpoint::kGetStats:
      return done(Stats(exchange));
    case Endpoint::kGetSubscription:
      return done(Subscription(exchange));
    case Endpoint::kNotOffered:
      break;
  }
  done(absl::UnimplementedError("this server has no such service"));
}

void Endpoints::CommentCheck(const Exchange& exchange, Done done) const {
  if (absl::Status status = CheckRequired(exchange.parameters, {"blog", "user_ip"}); !status.ok()) {
    return done(status);
  }
  CommentFields fields = ReadFields(exchange.parameters, use_cases_.clock.Now());
  const std::shared_ptr<const Principal> principal = exchange.context.principal;
  AkismetCheck::Request request;
  request.submission = std::move(fields.submission);
  request.mended = std::move(fields.mended);
  request.guid = fields.guid;
  request.by_administrator = fields.by_administrator;
  request.known_spam = fields.known_spam;
  request.is_test = fields.is_test;
  request.again = fields.again;
  request.deadline = exchange.context.deadline;
  // A URL that is not taken is no fault of the comment.
  std::string callback = std::move(fields.callback);
  if (!callback.empty() && !use_cases_.callbacks.Check(callback, fields.blog).ok())
    callback.clear();

  use_cases_.check.Run(
      *principal, std::move(request),
      [this, principal, callback, key = exchange.key, deadline = exchange.context.deadline,
       blog = std::move(fields.blog_host),
       done = std::move(done)](absl::StatusOr<AkismetCheck::Result> result) {
        if (!result.ok()) return done(result.status());
        Response answer = CheckAnswer(*result);
        if (result->stored) {
          use_cases_.usage.Add(*principal, blog,
                               {&UsageCounts::api_calls,
                                answer.body == "true" ? &UsageCounts::spam : &UsageCounts::ham});
        }
        if (callback.empty() || !result->stored) return done(std::move(answer));
        // This may be a writer's thread.
        const bool taken = executor_.TryRun(
            rpc::LaneOf(*principal),
            [this, principal, callback, key, deadline, done, id = result->guid, answer]() mutable {
              const absl::Status status =
                  use_cases_.callbacks.Remember(*principal, key, id, callback, deadline);
              status.ok() ? done(std::move(answer)) : done(status);
            });
        if (!taken) done(rpc::Overloaded());
      });
}

absl::StatusOr<Response> Endpoints::Submit(const Exchange& exchange, bool spam) const {
  if (absl::Status status = CheckRequired(exchange.parameters, {"blog"}); !status.ok()) {
    return status;
  }
  CommentFields fields = ReadFields(exchange.parameters, use_cases_.clock.Now());
  if (fields.is_test || fields.known_spam) return Plain(kThanks);
  AkismetFeedback::Request request;
  request.submission = std::move(fields.submission);
  request.guid = fields.guid;
  request.spam = spam;
  request.deadline = exchange.context.deadline;
  const auto outcome = use_cases_.feedback.Run(*exchange.context.principal, std::move(request));
  if (!outcome.ok()) return outcome.status();
  const AkismetUsage::Count wrong =
      spam ? &UsageCounts::missed_spam : &UsageCounts::false_positives;
  if (*outcome == AkismetFeedback::Outcome::kCorrected) {
    use_cases_.usage.Add(*exchange.context.principal, fields.blog_host,
                         {&UsageCounts::api_calls, wrong});
  } else {
    use_cases_.usage.Add(*exchange.context.principal, fields.blog_host, {&UsageCounts::api_calls});
  }
  return Plain(kThanks);
}

absl::StatusOr<Response> Endpoints::UsageLimit(const Exchange& exchange) const {
  const sys_days begin = sys_days(MonthOfDay(Today()) / 1);
  const auto days =
      use_cases_.usage.ByDay(*exchange.context.principal, begin, exchange.context.deadline);
  if (!days.ok()) return days.status();
  return Json(UsageLimitJson(*days, exchange.parameters.IsSet("extended")));
}

absl::StatusOr<Response> Endpoints::KeySites(const Exchange& exchange) const {
  const Parameters& parameters = exchange.parameters;
  akismet::KeySites sites;
  const std::string_view month = parameters.Get("month");
  const auto asked = month.empty() ? MonthOfDay(Today()) : MonthOf(month);
  if (!asked) return absl::InvalidArgumentError("Invalid month: it looks like 2026-11");
  sites.month = *asked;
  sites.offset = std::max<std::int64_t>(NumberOf<std::int64_t>(parameters.Get("offset"), 0), 0);
  sites.limit = std::clamp(NumberOf<std::int32_t>(parameters.Get("limit"), storage::kUsagePageMax),
                           1, storage::kUsagePageMax);
  storage::BlogUsageQuery query;
  query.from = sys_days(*asked / 1);
  query.until = sys_days((*asked + std::chrono::months(1)) / 1);
  query.contains = std::string(parameters.Get("filter"));
  query.order = OrderOf(parameters.Get("order"));
  query.offset = sites.offset;
  query.limit = sites.limit;
  auto page = use_cases_.usage.ByBlog(*exchange.context.principal, std::move(query),
                                      exchange.context.deadline);
  if (!page.ok()) return page.status();
  sites.page = *std::move(page);
  if (parameters.Get("format") != "csv") return Json(KeySitesJson(sites));
  Response response = Plain(KeySitesCsv(sites, exchange.key));
  response.headers = {{"content-type", "text/csv; charset=utf-8"}};
  return response;
}

absl::StatusOr<Response> Endpoints::Stats(const Exchange& exchange) const {
  const auto period = StatsPeriodOf(exchange.parameters.Get("from"));
  if (!period) return absl::InvalidArgumentError("Invalid value of: from");
  const auto days = use_cases_.usage.ByDay(*exchange.context.principal, BeginOf(*period, Today()),
                                           exchange.context.deadline);
  if (!days.ok()) return days.status();
  return Json(StatsJson(*days, *period));
}

// The WordPress plugin keeps a key only where this says that it is in force.
absl::StatusOr<Response> Endpoints::Subscription(const Exchange& exchange) const {
  const auto site = use_cases_.sites.Enter(*exchange.context.principal, Permission::kComments,
                                           exchange.context.principal->site.value_or(""));
  if (!site.ok()) return site.status();
  const nlohmann::ordered_json json = {
      {"account_id", (*site)->record.slug}, {"account_name", (*site)->record.slug},
      {"account_type", "self-hosted"},      {"status", "active"},
      {"next_billing_date", false},         {"limit_reached", false}};
  return Json(json.dump());
}

}  // namespace replyguard::service::http::akismet
