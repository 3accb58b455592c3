// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

// Every command of the program; each is defined in the file of its name. `selection` outlives the
// parsing.
namespace replyguard::service::cli {

// "replyguard 0.1.0".
std::string VersionLine();

void AddAllCommands(CLI::App& app, Selection& selection);

void AddServe(CLI::App& app, Selection& selection);
void AddMigrate(CLI::App& app, Selection& selection);
void AddSecrets(CLI::App& app, Selection& selection);
void AddSite(CLI::App& app, Selection& selection);
void AddKey(CLI::App& app, Selection& selection);
void AddRule(CLI::App& app, Selection& selection);
void AddSubmit(CLI::App& app, Selection& selection);
void AddLabels(CLI::App& app, Selection& selection);
void AddLearn(CLI::App& app, Selection& selection);
void AddImport(CLI::App& app, Selection& selection);
void AddExport(CLI::App& app, Selection& selection);
void AddCheck(CLI::App& app, Selection& selection);
void AddQueue(CLI::App& app, Selection& selection);
void AddComment(CLI::App& app, Selection& selection);
void AddDecisions(CLI::App& app, Selection& selection);
void AddAudit(CLI::App& app, Selection& selection);
void AddAuthor(CLI::App& app, Selection& selection);
void AddReason(CLI::App& app, Selection& selection);
void AddEvents(CLI::App& app, Selection& selection);
void AddModel(CLI::App& app, Selection& selection);
void AddOperation(CLI::App& app, Selection& selection);
void AddBacktest(CLI::App& app, Selection& selection);
void AddTrain(CLI::App& app, Selection& selection);
void AddEvaluate(CLI::App& app, Selection& selection);
void AddDoctor(CLI::App& app, Selection& selection);
void AddConfig(CLI::App& app, Selection& selection);
void AddCompletion(CLI::App& app, Selection& selection);
void AddUser(CLI::App& app, Selection& selection);
void AddWebhook(CLI::App& app, Selection& selection);
void AddVersion(CLI::App& app, Selection& selection);

}  // namespace replyguard::service::cli
