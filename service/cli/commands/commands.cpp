// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/commands.h"

#include "service/cli/commands/retention.h"

namespace replyguard::service::cli {

void AddAllCommands(CLI::App& app, Selection& selection) {
  AddServe(app, selection);
  AddMigrate(app, selection);
  AddSecrets(app, selection);
  AddRetention(app, selection);
  AddSite(app, selection);
  AddKey(app, selection);
  AddUser(app, selection);
  AddRule(app, selection);
  AddWebhook(app, selection);
  AddSubmit(app, selection);
  AddLabels(app, selection);
  AddLearn(app, selection);
  AddImport(app, selection);
  AddExport(app, selection);
  AddCheck(app, selection);
  AddQueue(app, selection);
  AddComment(app, selection);
  AddDecisions(app, selection);
  AddAudit(app, selection);
  AddAuthor(app, selection);
  AddReason(app, selection);
  AddEvents(app, selection);
  AddModel(app, selection);
  AddOperation(app, selection);
  AddBacktest(app, selection);
  AddTrain(app, selection);
  AddEvaluate(app, selection);
  AddDoctor(app, selection);
  AddConfig(app, selection);
  AddCompletion(app, selection);
  AddVersion(app, selection);
}

}  // namespace replyguard::service::cli
