// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_generations.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/generation_view.h"
#include "service/cli/commands/model_exclusions.h"
#include "service/cli/commands/operation_follow.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModelService::Stub;

std::string NameOf(std::int64_t number) { return absl::StrCat("modelGenerations/", number); }

// Calls and hands the answer on, or prints why there is none.
template <typename Request, typename Response, typename Use>
ExitCode CallAnd(Context& context,
                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const Request& request, Use use) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    return use(connection, response);
  });
}

// The same, and prints the answer.
template <typename Request, typename Response, typename Printer>
ExitCode CallAndPrint(Context& context,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, Printer print) {
  return CallAnd(context, method, request, [&](const Connection&, const Response& response) {
    return ShowAnswer(context, response, [&] { print(response); });
  });
}

struct RetrainFlags {
  ExclusionFlags exclusions;
  std::string note;
  std::string request_id;
  bool without_base = false;
  bool nothing_else = false;
  bool no_wait = false;
};

ExitCode Retrain(Context& context, const RetrainFlags& flags) {
  v1::RetrainModelRequest request;
  const absl::Status named = Exclude(context.settings, flags.exclusions, request);
  if (!named.ok()) return Fail(context, ExitCode::kUsage, std::string(named.message()));
  request.set_note(flags.note);
  request.set_request_id(flags.request_id);
  request.set_without_base(flags.without_base);
  request.set_ignore_active_exclusions(flags.nothing_else);
  return CallAnd(context, &Stub::RetrainModel, request,
                 [&](const Connection& connection, const v1::RetrainModelResponse& response) {
                   return FollowOperation(context, connection, response.operation(),
                                          flags.no_wait ? Follow::kNameOnly : Follow::kResult);
                 });
}

void PrintLists(Context& context, const v1::ListModelGenerationsResponse& list) {
  Table table({"generation", "active", "made", "leaves out", "note"});
  for (const auto& one : list.generations()) {
    table.Add({std::string(LastPart(one.name())), one.active() ? "yes" : "",
               TimeText(one.create_time()), KeysOf(one), one.note()});
  }
  table.Print(context.out, context.style);
  const auto by = [](const std::string& key) {
    return key.empty() ? std::string("-") : ActorText(key);
  };
  Table history({"activated", "generation", "by", "how"});
  for (const auto& one : list.activations()) {
    history.Add({TimeText(one.activate_time()), std::string(LastPart(one.generation())),
                 by(one.activated_by()),
                 one.kind() == v1::ModelActivation::KIND_ROLLED_BACK ? "rolled back"
                 : one.forced()                                      ? "forced"
                                                                     : ""});
  }
  context.out << "\n";
  history.Print(context.out, context.style);
  if (list.refusals().empty()) return;
  Table refusals(
      {"refused", "by", "good comments lost", "while active", "spam missed", "while active"});
  for (const auto& one : list.refusals()) {
    refusals.Add({TimeText(one.attempt_time()), by(one.attempted_by()), LostText(one.candidate()),
                  LostText(one.base()), MissedText(one.candidate()), MissedText(one.base())});
  }
  context.out << "\n";
  refusals.Print(context.out, context.style);
}

// All of it, page by page.
ExitCode List(Context& context) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::ListModelGenerationsRequest request;
    v1::ListModelGenerationsResponse all;
    do {
      v1::ListModelGenerationsResponse page;
      const grpc::Status status =
          connection.Call(*stub, &Stub::ListModelGenerations, request, page);
      if (!status.ok()) return Fail(context, status);
      request.set_page_token(page.next_page_token());
      page.clear_next_page_token();
      all.MergeFrom(page);
    } while (!request.page_token().empty());
    return ShowAnswer(context, all, [&] { PrintLists(context, all); });
  });
}

struct NumberFlags {
  std::int64_t number = 0;
  std::int64_t other = 0;
  bool force = false;
  bool no_wait = false;
};

ExitCode CompareTwo(Context& context, const NumberFlags& flags) {
  v1::CompareModelGenerationsRequest request;
  request.set_base(NameOf(flags.number));
  request.set_candidate(NameOf(flags.other));
  return CallAnd(
      context, &Stub::CompareModelGenerations, request,
      [&](const Connection& connection, const v1::CompareModelGenerationsResponse& response) {
        return FollowOperation(context, connection, response.operation(),
                               flags.no_wait ? Follow::kNameOnly : Follow::kResult);
      });
}

ExitCode Activate(Context& context, const NumberFlags& flags) {
  v1::ActivateModelGenerationRequest request;
  request.set_name(NameOf(flags.number));
  request.set_force(flags.force);
  return CallAnd(
      context, &Stub::ActivateModelGeneration, request,
      [&](const Connection& connection, const v1::ActivateModelGenerationResponse& response) {
        if (response.has_operation()) {
          return FollowOperation(context, connection, response.operation(),
                                 flags.no_wait ? Follow::kNameOnly : Follow::kResult);
        }
        return ShowAnswer(context, response.activation(),
                          [&] { Print(context, response.activation()); });
      });
}

ExitCode Evaluate(Context& context, const NumberFlags& flags) {
  v1::EvaluateModelGenerationRequest request;
  if (flags.number > 0) request.set_name(NameOf(flags.number));
  return CallAnd(
      context, &Stub::EvaluateModelGeneration, request,
      [&](const Connection& connection, const v1::EvaluateModelGenerationResponse& response) {
        return FollowOperation(context, connection, response.operation(),
                               flags.no_wait ? Follow::kNameOnly : Follow::kResult);
      });
}

// Whether the server may have done it all the same.
bool IsInDoubt(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::DEADLINE_EXCEEDED ||
         code == grpc::StatusCode::CANCELLED || code == grpc::StatusCode::UNKNOWN ||
         code == grpc::StatusCode::INTERNAL;
}

// From the generation that is active now, so that of two who do it at once one goes back.
ExitCode Rollback(Context& context, const NumberFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::RollbackModelRequest request;
    if (flags.number > 0) {
      request.set_generation(NameOf(flags.number));
    } else {
      v1::ListModelGenerationsRequest newest;
      newest.set_page_size(1);
      v1::ListModelGenerationsResponse list;
      const grpc::Status listed = connection.Call(*stub, &Stub::ListModelGenerations, newest, list);
      if (!listed.ok()) return Fail(context, listed);
      if (!list.activations().empty()) request.set_generation(list.activations(0).generation());
    }
    v1::RollbackModelResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::RollbackModel, request, response);
    if (!status.ok()) {
      const ExitCode code = Fail(context, status);
      if (IsInDoubt(status.error_code()) && !context.json()) {
        context.err
            << "  It may have been done: see `replyguard model list`. `replyguard model rollback "
            << LastPart(request.generation()) << "` goes back from it once.\n";
      }
      return code;
    }
    return ShowAnswer(context, response, [&] { Print(context, response.activation()); });
  });
}

void AddNumber(CLI::App* command, const std::string& name, std::int64_t* number,
               const std::string& help) {
  command->add_option(name, *number, help)->required()->check(CLI::PositiveNumber);
}

void AddNoWait(CLI::App* command, bool* no_wait) {
  command->add_flag("--no-wait", *no_wait,
                    "Print the operation's name and leave it running (replyguard operation)");
}

void AddRetrain(CLI::App& group, Selection& selection) {
  CLI::App* retrain = AddCommand(group, selection, config::Scope::kClient, "retrain",
                                 "Makes another generation of the model and compares it with the "
                                 "active one. Leaves out what that one leaves out, and what you "
                                 "name. Activates nothing.");
  const auto retrained = std::make_shared<RetrainFlags>();
  AddExclusions(retrain, &retrained->exclusions);
  AddNoWait(retrain, &retrained->no_wait);
  retrain->add_flag("--exclude-nothing-else", retrained->nothing_else,
                    "Leave out only what you name here, not what the active generation leaves out");
  retrain->add_flag("--without-base", retrained->without_base,
                    "Begin with the starter model even if the active generation begins with an "
                    "imported file");
  retrain->add_option("--note", retrained->note, "For people: why")->type_name("TEXT");
  retrain
      ->add_option("--request-id", retrained->request_id,
                   "Names this request: sent again, it is the same operation")
      ->type_name("ID");
  RunWith(retrain, selection, retrained, &Retrain);
}

}  // namespace

ExitCode ShowGeneration(Context& context, std::int64_t number) {
  v1::GetModelGenerationRequest request;
  request.set_name(NameOf(number));
  return CallAndPrint(context, &Stub::GetModelGeneration, request,
                      [&](const v1::GetModelGenerationResponse& response) {
                        Print(context, response.generation());
                        if (response.has_comparison()) Print(context, response.comparison());
                      });
}

void AddGenerations(CLI::App& group, Selection& selection) {
  constexpr auto kClient = config::Scope::kClient;
  AddRetrain(group, selection);

  CLI::App* list =
      AddCommand(group, selection, kClient, "list",
                 "Lists the generations, which was active when, and which activations were "
                 "refused.");
  SetCommand(list, selection, List);

  CLI::App* compare = AddCommand(group, selection, kClient, "compare",
                                 "Compares two generations on labels that neither has learnt.");
  const auto compared = std::make_shared<NumberFlags>();
  AddNumber(compare, "base", &compared->number, "The generation compared with");
  AddNumber(compare, "candidate", &compared->other, "The generation in question");
  AddNoWait(compare, &compared->no_wait);
  RunWith(compare, selection, compared, &CompareTwo);

  CLI::App* evaluate = AddCommand(group, selection, kClient, "evaluate",
                                  "Measures a generation on labels that it has not learnt, by the "
                                  "figures of replyguard evaluate.");
  const auto evaluated = std::make_shared<NumberFlags>();
  evaluate->add_option("generation", evaluated->number, "Its number; without it the active one")
      ->check(CLI::PositiveNumber);
  AddNoWait(evaluate, &evaluated->no_wait);
  RunWith(evaluate, selection, evaluated, &Evaluate);

  CLI::App* activate = AddCommand(group, selection, kClient, "activate",
                                  "Lets a generation answer, unless it loses clearly more of the "
                                  "good comments than the active one, or misses clearly more "
                                  "spam.");
  const auto activated = std::make_shared<NumberFlags>();
  AddNumber(activate, "generation", &activated->number, "Its number");
  activate->add_flag("--force", activated->force,
                     "Activate it whatever the comparison says; model list and audit tell who did");
  AddNoWait(activate, &activated->no_wait);
  RunWith(activate, selection, activated, &Activate);

  CLI::App* rollback = AddCommand(group, selection, kClient, "rollback",
                                  "Activates the generation that was active before.");
  const auto rolled_back = std::make_shared<NumberFlags>();
  rollback
      ->add_option("generation", rolled_back->number,
                   "Go back from this one; when that was done already, say so and do nothing. "
                   "Without it: from the active one")
      ->check(CLI::PositiveNumber);
  RunWith(rollback, selection, rolled_back, &Rollback);
}

}  // namespace replyguard::service::cli
