// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_generations.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/model_calibration.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModelService::Stub;

// The longest that a server gives a call.
constexpr std::chrono::seconds kLongCall{60};

std::string NameOf(std::int64_t number) { return absl::StrCat("modelGenerations/", number); }

std::string Number(const std::string& name) { return std::string(LastPart(name)); }

std::string KeysOf(const v1::ModelGeneration& generation) {
  std::vector<std::string> keys;
  for (const std::string& key : generation.excluded_api_keys()) keys.push_back(Number(key));
  return keys.empty() ? "-" : absl::StrJoin(keys, " ");
}

std::string Text(const v1::ModelShare& share) {
  const double seen = share.total_count() == 0 ? 0
                                               : static_cast<double>(share.count()) /
                                                     static_cast<double>(share.total_count());
  return absl::StrFormat("%d of %d: %.2f %% (%.2f to %.2f)", share.count(), share.total_count(),
                         100 * seen, 100 * share.lower_bound(), 100 * share.upper_bound());
}

std::string VerdictText(v1::Verdict verdict) {
  std::string name = v1::Verdict_Name(verdict);
  constexpr std::string_view kPrefix = "VERDICT_";
  return name.substr(0, kPrefix.size()) == kPrefix ? name.substr(kPrefix.size()) : name;
}

void Print(Context& context, const v1::ModelComparison& comparison) {
  const auto& base = comparison.base();
  const auto& candidate = comparison.candidate();
  context.out << comparison.held_out_count() << " of " << comparison.label_count()
              << " labels held out, " << comparison.held_out_spam_count() << " of them spam; "
              << comparison.excluded_count() << " labels left out\n";
  Table table({"", "generation " + Number(base.generation()),
               "generation " + Number(candidate.generation())});
  table.Add({"good comments lost", Text(base.ham_lost()), Text(candidate.ham_lost())});
  if (base.has_weighted_ham_lost() && candidate.has_weighted_ham_lost()) {
    table.Add({"of all good ones, weighted", WeightedText(base.weighted_ham_lost()),
               WeightedText(candidate.weighted_ham_lost())});
  }
  table.Add({"spam missed", Text(base.spam_missed()), Text(candidate.spam_missed())});
  const auto add = [&table](const char* name, double a, double b) {
    table.Add({name, absl::StrFormat("%.4f", a), absl::StrFormat("%.4f", b)});
  };
  add("1-ROCA %", base.one_minus_roca_pct(), candidate.one_minus_roca_pct());
  add("errors %", base.error_pct(), candidate.error_pct());
  add("calibration error", base.calibration_error(), candidate.calibration_error());
  table.Print(context.out, context.style);
  context.out << comparison.changed_count() << " held-out verdicts differ\n";
  Table changes({"comment", "is", "was", "becomes"});
  for (const auto& change : comparison.changes()) {
    changes.Add({change.comment().empty() ? change.external_id() : change.comment(),
                 change.label() == v1::LABEL_SPAM ? "spam" : "good",
                 VerdictText(change.base_verdict()), VerdictText(change.candidate_verdict())});
  }
  changes.Print(context.out, context.style);
}

void Print(Context& context, const v1::ModelGeneration& generation) {
  context.out << context.style.Bold("generation " + Number(generation.name()))
              << (generation.active() ? "  active" : "") << "\n  leaves out the labels of "
              << SafeLine(KeysOf(generation), 400) << "\n  made "
              << TimeText(generation.create_time());
  if (!generation.created_by().empty()) context.out << " by " << Number(generation.created_by());
  context.out << "\n";
  if (!generation.note().empty()) context.out << "  " << SafeLine(generation.note(), 400) << "\n";
}

void Print(Context& context, const v1::ModelActivation& activation) {
  context.out << "generation " << Number(activation.generation()) << " is active since "
              << TimeText(activation.activate_time()) << (activation.forced() ? ", forced" : "")
              << "; servers change over once they have built it (replyguard model show)\n";
}

// Calls, with the time that a comparison may take, and prints the answer or why there is none.
template <typename Request, typename Response, typename Printer>
ExitCode CallAndPrint(Context& context,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, Printer print) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    grpc::ClientContext call;
    connection.PrepareStream(call);
    call.set_deadline(std::chrono::system_clock::now() + kLongCall);
    Response response;
    const grpc::Status status = (*stub.*method)(&call, request, &response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
    } else {
      print(response);
    }
    return ExitCode::kOk;
  });
}

struct RetrainFlags {
  std::vector<std::string> keys;
  std::string note;
};

ExitCode Retrain(Context& context, const RetrainFlags& flags) {
  v1::RetrainModelRequest request;
  for (const std::string& key : flags.keys) request.add_excluded_api_keys("apiKeys/" + key);
  request.set_note(flags.note);
  return CallAndPrint(context, &Stub::RetrainModel, request,
                      [&](const v1::RetrainModelResponse& made) {
                        Print(context, made.generation());
                        Print(context, made.comparison());
                        context.out << "to let it answer: replyguard model activate "
                                    << Number(made.generation().name()) << "\n";
                      });
}

ExitCode List(Context& context) {
  return CallAndPrint(
      context, &Stub::ListModelGenerations, v1::ListModelGenerationsRequest(),
      [&](const v1::ListModelGenerationsResponse& list) {
        Table table({"generation", "active", "made", "leaves out", "note"});
        for (const auto& one : list.generations()) {
          table.Add({Number(one.name()), one.active() ? "yes" : "", TimeText(one.create_time()),
                     KeysOf(one), one.note()});
        }
        table.Print(context.out, context.style);
        Table history({"activated", "generation", "by", "how"});
        for (const auto& one : list.activations()) {
          history.Add({TimeText(one.activate_time()), Number(one.generation()),
                       one.activated_by().empty() ? "-" : Number(one.activated_by()),
                       one.kind() == v1::ModelActivation::KIND_ROLLED_BACK ? "rolled back"
                       : one.forced()                                      ? "forced"
                                                                           : ""});
        }
        context.out << "\n";
        history.Print(context.out, context.style);
      });
}

struct NumberFlags {
  std::int64_t number = 0;
  std::int64_t other = 0;
  bool force = false;
};

ExitCode CompareTwo(Context& context, const NumberFlags& flags) {
  v1::CompareModelGenerationsRequest request;
  request.set_base(NameOf(flags.number));
  request.set_candidate(NameOf(flags.other));
  return CallAndPrint(context, &Stub::CompareModelGenerations, request,
                      [&](const v1::CompareModelGenerationsResponse& response) {
                        Print(context, response.comparison());
                      });
}

ExitCode Activate(Context& context, const NumberFlags& flags) {
  v1::ActivateModelGenerationRequest request;
  request.set_name(NameOf(flags.number));
  request.set_force(flags.force);
  return CallAndPrint(context, &Stub::ActivateModelGeneration, request,
                      [&](const v1::ActivateModelGenerationResponse& response) {
                        Print(context, response.activation());
                      });
}

ExitCode Rollback(Context& context) {
  return CallAndPrint(
      context, &Stub::RollbackModel, v1::RollbackModelRequest(),
      [&](const v1::RollbackModelResponse& response) { Print(context, response.activation()); });
}

void AddNumber(CLI::App* command, const std::string& name, std::int64_t* number,
               const std::string& help) {
  command->add_option(name, *number, help)->required()->check(CLI::PositiveNumber);
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
  CLI::App* retrain = AddCommand(group, selection, kClient, "retrain",
                                 "Makes another generation of the model and compares it with the "
                                 "active one. Activates nothing.");
  const auto retrained = std::make_shared<RetrainFlags>();
  retrain
      ->add_option("--exclude-labels-by", retrained->keys,
                   "Leave out what this key taught: its public id, as key list shows it; may be "
                   "given again")
      ->type_name("KEY")
      ->expected(1, 1)
      ->take_all();
  retrain->add_option("--note", retrained->note, "For people: why")->type_name("TEXT");
  RunWith(retrain, selection, retrained, &Retrain);

  CLI::App* list = AddCommand(group, selection, kClient, "list",
                              "Lists the generations, and which was active when.");
  SetCommand(list, selection, List);

  CLI::App* compare = AddCommand(group, selection, kClient, "compare",
                                 "Compares two generations on labels that neither has learnt.");
  const auto compared = std::make_shared<NumberFlags>();
  AddNumber(compare, "base", &compared->number, "The generation compared with");
  AddNumber(compare, "candidate", &compared->other, "The generation in question");
  RunWith(compare, selection, compared, &CompareTwo);

  CLI::App* activate = AddCommand(group, selection, kClient, "activate",
                                  "Lets a generation answer, unless it loses clearly more of the "
                                  "good comments than the active one.");
  const auto activated = std::make_shared<NumberFlags>();
  AddNumber(activate, "generation", &activated->number, "Its number");
  activate->add_flag("--force", activated->force, "Whatever the comparison says");
  RunWith(activate, selection, activated, &Activate);

  CLI::App* rollback = AddCommand(group, selection, kClient, "rollback",
                                  "Activates the generation that was active before.");
  SetCommand(rollback, selection, Rollback);
}

}  // namespace replyguard::service::cli
