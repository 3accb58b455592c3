// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/work_state.h"
#include "service/cli/commands/queue.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

constexpr int kActionsPerCallMax = 500;

struct DecideFlags {
  v1::DecisionAction action = v1::DECISION_ACTION_UNSPECIFIED;
  std::vector<std::string> comments;
  std::string reason;
  std::string note;
  bool no_teach = false;
};

struct UndoFlags {
  std::string decision;
  std::string comment;
};

WorkState StateOf(const Context& context) {
  return WorkState(context.environment, context.settings.Text(config::OptionKey::kClientServer));
}

v1::ModerationAction ActionFor(const DecideFlags& flags, const std::string& comment,
                               const std::vector<WorkState::Held>& leases) {
  v1::ModerationAction action;
  action.set_comment(comment);
  action.set_action(flags.action);
  action.set_reason_code(flags.reason);
  action.set_note(flags.note);
  if (flags.no_teach) action.set_teach(false);
  const auto held = std::find_if(leases.begin(), leases.end(), [&](const WorkState::Held& lease) {
    return lease.comment == comment;
  });
  if (held != leases.end()) {
    action.set_lease_token(held->lease_token);
    action.set_etag(held->etag);
  }
  return action;
}

// The actions for what was named, or for the one comment in hand.
absl::StatusOr<std::vector<v1::ModerationAction>> ActionsFor(
    const Context& context, const DecideFlags& flags, const std::vector<WorkState::Held>& leases) {
  std::vector<v1::ModerationAction> actions;
  if (flags.comments.empty()) {
    if (leases.size() != 1) {
      return absl::InvalidArgumentError(
          leases.empty() ? "which comment? Name it, or take one with replyguard queue next"
                         : "several are in hand: name the comment");
    }
    actions.push_back(ActionFor(flags, leases.front().comment, leases));
  }
  for (const std::string& typed : flags.comments) {
    const auto name = NameIn(context.settings, "comments", typed);
    if (!name.ok()) return name.status();
    actions.push_back(ActionFor(flags, *name, leases));
  }
  return actions;
}

// Whether it taught, or what keeps it from teaching.
std::string TaughtText(const v1::ModerationResult& result) {
  switch (result.label_cap()) {
    case v1::LABEL_CAP_KEY:
      return "  not taught: this key has taught enough for a day";
    case v1::LABEL_CAP_AUTHOR:
      return "  not taught: this author's comments have taught enough for a day";
    case v1::LABEL_CAP_NETWORK:
      return "  not taught: this network's comments have taught enough for a day";
    default:
      return result.decision().teaches() ? "  taught" : "";
  }
}

void PrintResult(Context& context, const v1::ModerationResult& result) {
  if (context.json()) {
    context.out << JsonOf(result) << "\n";
  } else if (result.has_error()) {
    context.out.flush();
    context.err << SafeLine(result.comment_name(), 200) << ": " << CodeName(result.error().code())
                << ": " << SafeLine(result.error().message(), 500) << "\n";
  } else {
    context.out << SafeLine(result.comment_name(), 200) << "  " << Short(result.comment().status())
                << TaughtText(result) << "  " << context.style.Dim(result.decision().name())
                << "\n";
  }
}

// Decides, and notes what is no longer in hand.
class Decider {
 public:
  Decider(Context& context, const WorkState& state, std::vector<WorkState::Held> leases)
      : context_(context), state_(state), leases_(std::move(leases)) {}

  void Take(const v1::ModerateCommentsResponse& response) {
    for (const v1::ModerationResult& result : response.results()) {
      PrintResult(context_, result);
      ++decided_;
      if (result.has_error()) {
        ++failures_[ExitCodeOf(static_cast<absl::StatusCode>(result.error().code()))];
        continue;
      }
      last_decision_ = result.decision().name();
      std::erase_if(leases_, [&](const WorkState::Held& lease) {
        return lease.comment == result.comment_name();
      });
    }
  }

  ExitCode Finish() {
    // Remembering is a comfort: the decisions stand without it.
    state_.SaveLeases(leases_).IgnoreError();
    if (!last_decision_.empty()) state_.SaveDecision(last_decision_).IgnoreError();
    return CodeOfItems(decided_, failures_);
  }

 private:
  Context& context_;
  const WorkState& state_;
  std::vector<WorkState::Held> leases_;
  std::string last_decision_;
  std::int64_t decided_ = 0;
  std::map<ExitCode, std::int64_t> failures_;
};

ExitCode Decide(Context& context, const DecideFlags& flags) {
  const WorkState state = StateOf(context);
  const std::vector<WorkState::Held> leases = state.Leases();
  const auto actions = ActionsFor(context, flags, leases);
  if (!actions.ok())
    return Fail(context, ExitCode::kUsage, std::string(actions.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    Decider decider(context, state, leases);
    for (auto action = actions->begin(); action != actions->end();) {
      v1::ModerateCommentsRequest request;
      while (action != actions->end() && request.actions_size() < kActionsPerCallMax) {
        *request.add_actions() = *action++;
      }
      v1::ModerateCommentsResponse response;
      const grpc::Status status =
          connection.Call(*stub, &v1::ModerationService::Stub::ModerateComments, request, response);
      if (!status.ok()) {
        decider.Finish();
        return Fail(context, status);
      }
      decider.Take(response);
    }
    return decider.Finish();
  });
}

// The newest decision of a comment that has not been taken back. NOT_FOUND.
grpc::Status NewestDecision(const Connection& connection, v1::ModerationService::Stub& stub,
                            const std::string& comment, std::string& decision) {
  v1::ListDecisionsRequest request;
  request.set_parent(comment.substr(0, comment.find("/comments/")));
  request.set_comment(comment);
  request.set_page_size(1);
  v1::ListDecisionsResponse response;
  grpc::Status status =
      connection.Call(stub, &v1::ModerationService::Stub::ListDecisions, request, response);
  if (!status.ok()) return status;
  if (response.decisions().empty()) {
    return {grpc::StatusCode::NOT_FOUND, "nobody has decided this comment"};
  }
  decision = response.decisions(0).name();
  return grpc::Status::OK;
}

ExitCode Undo(Context& context, const UndoFlags& flags) {
  const WorkState state = StateOf(context);
  std::string comment;
  std::string decision = flags.decision.empty() ? state.LastDecision() : flags.decision;
  const bool by_comment = !flags.comment.empty();
  if (!by_comment && decision.empty()) {
    return Fail(context, ExitCode::kUsage,
                "which decision? Name it, or the comment with --comment");
  }
  if (!by_comment && decision.find("/comments/") != std::string::npos) {
    return Fail(context, ExitCode::kUsage,
                "that names a comment: to undo its newest decision, name it with --comment");
  }
  const auto name = by_comment ? NameIn(context.settings, "comments", flags.comment)
                               : NameIn(context.settings, "decisions", decision);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    decision = *name;
    if (by_comment) {
      const grpc::Status found = NewestDecision(connection, *stub, *name, decision);
      if (!found.ok()) return Fail(context, found);
    }
    v1::UndoDecisionRequest request;
    request.set_name(decision);
    v1::UndoDecisionResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModerationService::Stub::UndoDecision, request, response);
    if (!status.ok()) return Fail(context, status);
    state.SaveDecision("").IgnoreError();
    return ShowAnswer(context, response, [&] {
      context.out << SafeLine(response.comment().name(), 200) << "  "
                  << Short(response.comment().status()) << " again\n";
    });
  });
}

void AddVerb(CLI::App& group, Selection& selection, const char* name, v1::DecisionAction action,
             bool teaches, const char* help) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  const auto flags = std::make_shared<DecideFlags>();
  flags->action = action;
  command->add_option("comments", flags->comments,
                      "Names, or the last parts of them; none: the one that next took");
  command
      ->add_option("--reason", flags->reason,
                   "A code the website may show, [A-Z0-9_], such as OFF_TOPIC")
      ->type_name("");
  command->add_option("--note", flags->note, "For the audit trail alone")->type_name("");
  if (teaches) command->add_flag("--no-teach", flags->no_teach, "Decide, and teach nothing");
  RunWith(command, selection, flags, &Decide);
}

}  // namespace

void AddQueueDecide(CLI::App& group, Selection& selection) {
  AddVerb(group, selection, "approve", v1::DECISION_ACTION_APPROVE, true,
          "Show it; teaches that it is good.");
  AddVerb(group, selection, "spam", v1::DECISION_ACTION_SPAM, true, "It is spam; teaches so.");
  AddVerb(group, selection, "trash", v1::DECISION_ACTION_TRASH, false,
          "Remove it without calling it spam; teaches nothing.");
  AddVerb(group, selection, "hold", v1::DECISION_ACTION_HOLD, false,
          "Send it (back) to the queue; teaches nothing.");
  CLI::App* undo = AddCommand(
      group, selection, config::Scope::kClient, "undo",
      "Takes a decision back, and exactly what it taught; without a name the last one here.");
  const auto flags = std::make_shared<UndoFlags>();
  CLI::Option* decision =
      undo->add_option("decision", flags->decision, "Its name, or the last part of it");
  undo->add_option("--comment", flags->comment, "The newest decision of this comment instead")
      ->type_name("")
      ->excludes(decision);
  RunWith(undo, selection, flags, &Undo);
}

}  // namespace replyguard::service::cli
