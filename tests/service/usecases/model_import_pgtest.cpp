// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Model files that become generations, how one is measured, and requests sent again.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/usecases/errors.h"
#include "service/usecases/learn/base_info.h"
#include "service/usecases/office.h"
#include "usecases/learn/checkpoint.h"

namespace replyguard::service {
namespace {

TEST(ModelImportTest, OnAnotherInstallationItScoresBitForBitAndGoesOnLearning) {
  Office from;
  from.Teach("a", 120);
  const std::string file = from.File();
  Office to;
  ASSERT_TRUE(to.learner.Load().ok() && to.learner.CatchUp().ok());
  ModelImports::Piece options;
  options.note = "From me@example.org";
  const auto done = to.Import(file, options);
  ASSERT_TRUE(done.ok() && done->generation) << done.status() << done->error.message;
  EXPECT_FALSE(ComparisonOf(*done->generation)) << "nothing to compare by";
  EXPECT_EQ(done->generation->note.find("me@"), std::string::npos) << "masked";
  const auto info = BaseInfoOf(done->generation->base_info);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->spam_count + info->ham_count, 120);
  EXPECT_EQ(info->sites, std::vector<storage::SiteId>{1});
  EXPECT_EQ(info->checksum, ChecksumOf(file));
  to.Activate(2);
  EXPECT_EQ(to.Scores(), from.Scores());
  EXPECT_EQ(to.learner.Snapshot()->id().generation, 2U);

  // What is learnt on top of it is the same on a server that starts from nothing.
  to.Teach("b", 60);
  ASSERT_TRUE(to.learner.CatchUp().ok());
  EXPECT_NE(to.Scores(), from.Scores());
  Learner fresh(to.world.db->labels(), to.world.db->checkpoints(), to.world.clock,
                {.generations = &to.world.db->generations()});
  ASSERT_TRUE(fresh.Load().ok() && fresh.CatchUp().ok());
  EXPECT_EQ(fresh.Snapshot()->id(), to.learner.Snapshot()->id());
  EXPECT_EQ(fresh.CountsDigest(), to.learner.CountsDigest());
  ASSERT_TRUE(to.learner.StoreCheckpoint().ok());
  Learner loaded(to.world.db->labels(), to.world.db->checkpoints(), to.world.clock,
                 {.generations = &to.world.db->generations()});
  ASSERT_TRUE(loaded.Load().ok());
  EXPECT_EQ(loaded.State().position, 60) << "from its checkpoint";
  EXPECT_EQ(loaded.CountsDigest(), to.learner.CountsDigest());
  // Back and forth.
  to.Activate(1);
  to.Activate(2);
  EXPECT_EQ(to.learner.CountsDigest(), fresh.CountsDigest());
}

TEST(ModelImportTest, ItsOwnExportStandsForTheLabelsUpToItsPosition) {
  Office office;
  office.Teach("a", 120);
  const std::string file = office.File();
  const auto before = office.Scores();
  const std::uint64_t digest = office.learner.CountsDigest();
  office.Teach("a", 20, 120);
  ModelImports::Piece options;
  options.learnt_position = 120;
  const auto done = office.Import(file, options);
  ASSERT_TRUE(done.ok() && done->generation) << done.status() << done->error.message;
  const auto comparison = ComparisonOf(*done->generation);
  ASSERT_TRUE(comparison) << "there are enough labels here";
  EXPECT_EQ(comparison->label_count, 140);
  ASSERT_TRUE(office.learner.CatchUp().ok());
  EXPECT_NE(office.learner.CountsDigest(), digest);
  const std::uint64_t with_tail = office.learner.CountsDigest();
  office.Activate(2);
  EXPECT_EQ(office.learner.CountsDigest(), with_tail) << "each label once";
  // A label that the base knows is taken back: it stays, and nothing is lost track of.
  storage::ExternalLabel none;
  none.external_id = "a3";
  none.label = storage::LabelClass::kNone;
  ASSERT_TRUE(
      office.world.db->labels()
          .Append(1, {none}, storage::LabelSource::kImport, "k", office.world.clock.Now(), Soon())
          .ok());
  ASSERT_TRUE(office.learner.CatchUp().ok());
  EXPECT_EQ(office.learner.State().skipped_count, 0);
  EXPECT_EQ(office.learner.CountsDigest(), with_tail);
  // Beyond the log is refused, and so is a file whose checksum says otherwise.
  office.request_id = "import-2";
  options.learnt_position = 1'000;
  EXPECT_TRUE(absl::IsInvalidArgument(office.Import(file, options).status()));
}

TEST(ModelImportTest, AnExportOfThisInstallationIsKnownByTheLabelsThatItHolds) {
  Office office;
  office.Teach("a", 120);
  const std::string file = office.File();
  office.Teach("a", 20, 120);
  ASSERT_TRUE(office.learner.CatchUp().ok());
  const std::uint64_t digest = office.learner.CountsDigest();
  const auto position = [&](ModelImports::Piece options = {}) {
    static int imports = 0;
    office.request_id = "own-" + std::to_string(++imports);
    const auto done = office.Import(file, std::move(options));
    EXPECT_TRUE(done.ok() && done->generation) << done.status() << done->error.message;
    return BaseInfoOf(done->generation->base_info)->learnt_position;
  };
  EXPECT_EQ(position(), 120);
  office.Activate(2);
  EXPECT_EQ(office.learner.CountsDigest(), digest) << "each label once";
  ModelImports::Piece options;
  options.learn_all_labels = true;
  EXPECT_EQ(position(options), 0) << "told so";
  options.learnt_position = 100;
  office.request_id = "both";
  EXPECT_TRUE(absl::IsInvalidArgument(office.Import(file, options).status()));
  options = {};
  options.sites = {{1, "blog"}};
  EXPECT_EQ(position(options), 0) << "whoever says which site is which knows that it is foreign";

  Office other;
  other.Teach("b", 150);
  const auto foreign = other.Import(file);
  ASSERT_TRUE(foreign.ok() && foreign->generation) << foreign.status();
  EXPECT_EQ(BaseInfoOf(foreign->generation->base_info)->learnt_position, 0);
}

TEST(ModelImportTest, WhatTheActiveOneLeavesOutIsNotLearntOnTopEither) {
  Office office;
  office.Teach("a", 120);
  const std::string file = office.File();
  Generations::RetrainRequest request;
  request.excluded = {"1/flip"};
  const auto started = office.generations.Retrain(office.world.admin, request, Soon());
  ASSERT_TRUE(started.ok()) << started.status();
  ASSERT_TRUE(office.Done(*started)->generation);
  office.Activate(2);
  EXPECT_EQ(office.Import(file)->generation->excluded, request.excluded);
  office.request_id = "import-2";
  ModelImports::Piece options;
  options.ignore_active_exclusions = true;
  EXPECT_TRUE(office.Import(file, options)->generation->excluded.empty());
}

TEST(ModelImportTest, SitesAreTheOnesThatAreNamed) {
  Office from;
  from.Teach("a", 100);
  const std::string file = from.File();
  Office to;
  Sites::CreateRequest second;
  second.slug = "second";
  second.display_name = "Second";
  second.languages = {"en"};
  ASSERT_TRUE(to.world.sites.Create(to.world.admin, second, Soon()).ok());
  ASSERT_TRUE(to.learner.Load().ok() && to.learner.CatchUp().ok());
  ModelImports::Piece options;
  options.sites = {{1, "second"}};
  ASSERT_TRUE(to.Import(file, options)->generation);
  to.Activate(2);
  EXPECT_EQ(to.Scores(2), from.Scores(1));
  EXPECT_NE(to.Scores(1), from.Scores(1));
  to.request_id = "import-2";
  options.sites = {{9, "second"}};
  EXPECT_EQ(to.Import(file, options)->error.reason, reasons::kModelFileInvalid)
      << "it knows nothing of such a site";
  to.request_id = "import-3";
  options.sites = {{1, "nowhere"}};
  EXPECT_EQ(ReasonOf(to.Import(file, options).status()), reasons::kSiteNotFound);
}

TEST(ModelImportTest, HostileAndForeignFilesAreRefused) {
  Office from;
  from.Teach("a", 40);
  const std::string file = from.File();
  Office to;
  ASSERT_TRUE(to.learner.Load().ok() && to.learner.CatchUp().ok());
  auto reason = [&, n = 0](const std::string& bytes) mutable {
    to.request_id = "import-" + std::to_string(++n);
    const auto done = to.Import(bytes);
    EXPECT_TRUE(done.ok()) << done.status();
    EXPECT_FALSE(done->generation);
    return done->error.reason + ": " + done->error.message;
  };
  EXPECT_EQ(reason("what is this").substr(0, 18), reasons::kModelFileInvalid);
  EXPECT_EQ(reason(*PackBytes("no model")).substr(0, 18), reasons::kModelFileInvalid);
  EXPECT_EQ(reason(file.substr(0, file.size() / 2)).substr(0, 18), reasons::kModelFileInvalid);
  std::string raw = *UnpackBytes(file, 1U << 30U);
  std::string damaged = raw;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_EQ(reason(*PackBytes(damaged)).substr(0, 18), reasons::kModelFileInvalid);
  EXPECT_EQ(reason(*PackBytes(std::string(std::size_t{257} * 1024 * 1024, '\0'))).substr(0, 18),
            reasons::kModelFileInvalid)
      << "too large";
  EXPECT_EQ(reason(*PackBytes(classifier::Fold().Serialize())).substr(0, 18),
            reasons::kModelFileInvalid)
      << "an empty one";
  const auto shipped = classifier::Starter::Shipped();
  ASSERT_TRUE(shipped.ok());
  Office other(*shipped);
  other.Teach("a", 40);
  const std::string foreign = reason(other.File());
  EXPECT_EQ(foreign.substr(0, 18), reasons::kModelFileForeign);
  EXPECT_NE(foreign.find("starter model"), std::string::npos) << foreign;
  EXPECT_NE(foreign.find("train --starter none"), std::string::npos) << foreign;
  EXPECT_EQ(to.world.db->generations().List({}, Soon())->size(), 1U);
  EXPECT_EQ(to.world.test.Sql("SELECT count(*) FROM replyguard.model_uploads"), "0");
}

TEST(ModelImportTest, PiecesAndFieldsAreCheckedAndOthersMayNot) {
  Office office;
  const std::string file(10'000, 'x');
  EXPECT_EQ(
      ReasonOf(
          office.imports.Put(office.world.admin, office.PieceOf(file, 4'096), Soon()).status()),
      reasons::kPieceMissing);
  ASSERT_TRUE(office.imports.Put(office.world.admin, office.PieceOf(file), Soon()).ok());
  ModelImports::Piece other = office.PieceOf(file, 4'096);
  other.size_bytes = 9'000;
  EXPECT_EQ(ReasonOf(office.imports.Put(office.world.admin, other, Soon()).status()),
            reasons::kRequestIdReused);
  for (const auto change : std::vector<void (*)(ModelImports::Piece&)>{
           [](auto& piece) { piece.request_id.clear(); }, [](auto& piece) { piece.bytes.clear(); },
           [](auto& piece) { piece.bytes.assign(storage::kUploadPieceBytesMax + 1, 'x'); },
           [](auto& piece) { piece.size_bytes = storage::kUploadBytesMax + 1; },
           [](auto& piece) { piece.offset = -1; }, [](auto& piece) { piece.checksum = "ABC"; },
           [](auto& piece) { piece.note.assign(kGenerationNoteBytesMax + 1, 'x'); }}) {
    ModelImports::Piece piece = office.PieceOf(file);
    change(piece);
    EXPECT_TRUE(
        absl::IsInvalidArgument(office.imports.Put(office.world.admin, piece, Soon()).status()));
  }
  for (const Principal& principal : {office.world.backend, office.world.moderator}) {
    EXPECT_TRUE(absl::IsPermissionDenied(
        office.imports.Put(principal, office.PieceOf(file), Soon()).status()));
  }
}

TEST(ModelImportTest, SentAgainItIsTheSameOperation) {
  Office from;
  from.Teach("a", 40);
  const std::string file = from.File();
  Office to;
  ASSERT_TRUE(to.learner.Load().ok() && to.learner.CatchUp().ok());
  const auto done = to.Import(file);
  ASSERT_TRUE(done.ok() && done->generation) << done.status();
  const auto again = to.imports.Put(to.world.admin, to.PieceOf(file), Soon());
  ASSERT_TRUE(again.ok() && again->operation) << again.status();
  EXPECT_EQ(again->operation->number, done->number);
  EXPECT_EQ(to.world.db->generations().List({}, Soon())->size(), 2U);
}

TEST(ModelImportTest, ARetrainKeepsTheBaseUnlessTold) {
  Office from;
  from.Teach("a", 40);
  const std::string file = from.File();
  Office to;
  to.Teach("b", 120);
  ASSERT_TRUE(to.learner.Load().ok() && to.learner.CatchUp().ok());
  ASSERT_TRUE(to.Import(file)->generation);
  to.Activate(2);
  const auto retrain = [&](Generations::RetrainRequest request) {
    const auto started = to.generations.Retrain(to.world.admin, std::move(request), Soon());
    EXPECT_TRUE(started.ok()) << started.status();
    return *to.Done(*started);
  };
  EXPECT_EQ(retrain({}).generation->base, 1);
  EXPECT_EQ(retrain({.without_base = true}).generation->base, 0);
}

TEST(ModelEvaluationTest, OneGenerationIsMeasuredByTheFiguresOfAComparison) {
  Office office;
  office.Teach("a", 160);
  ASSERT_TRUE(office.learner.Load().ok() && office.learner.CatchUp().ok());
  const auto started = office.generations.Evaluate(office.world.admin, std::nullopt, Soon());
  ASSERT_TRUE(started.ok()) << started.status();
  const auto done = office.Done(*started);
  ASSERT_TRUE(done.ok()) << done.status();
  const auto evaluation = EvaluationFromJson(done->response);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  const auto compared = office.generations.CompareTwo(office.world.admin, 1, 1, Soon());
  const auto comparison = ComparisonFromJson(office.Done(*compared)->response);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(evaluation->held_out_count, comparison->held_out_count);
  EXPECT_EQ(evaluation->label_count, 160);
  const Metrics& one = evaluation->figures.metrics;
  const Metrics& other = comparison->base.metrics;
  for (const auto figure :
       {&Metrics::one_minus_roca_pct, &Metrics::error_pct, &Metrics::ham_misclassified_pct,
        &Metrics::spam_misclassified_pct, &Metrics::lam_pct, &Metrics::brier, &Metrics::ece,
        &Metrics::spam_caught_pct_at_0_1, &Metrics::spam_caught_pct_at_0_5}) {
    EXPECT_EQ(one.*figure, other.*figure);
  }
  EXPECT_GT(one.brier, 0);
  EXPECT_GT(one.spam_caught_pct_at_0_5, 50);
  EXPECT_EQ(done->progress.done_count, done->progress.total_count);
  EXPECT_EQ(ReasonOf(office.generations.Evaluate(office.world.admin, 9, Soon()).status()),
            reasons::kGenerationNotFound);
}

TEST(ModelEvaluationTest, ARetrainSentAgainIsTheSameOperation) {
  Office office;
  office.Teach("a", 120);
  ASSERT_TRUE(office.learner.Load().ok() && office.learner.CatchUp().ok());
  const Generations::RetrainRequest request{.request_id = "retrain-1"};
  const auto first = office.generations.Retrain(office.world.admin, request, Soon());
  const auto again = office.generations.Retrain(office.world.admin, request, Soon());
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(first->number, again->number) << "while it waits";
  ASSERT_TRUE(office.Done(*first)->generation);
  const auto later = office.generations.Retrain(office.world.admin, request, Soon());
  EXPECT_EQ(later->number, first->number) << "when it has ended";
  EXPECT_TRUE(later->generation);
  EXPECT_EQ(ReasonOf(office.generations
                         .Retrain(office.world.admin,
                                  {.note = "another", .request_id = "retrain-1"}, Soon())
                         .status()),
            reasons::kRequestIdReused);
}

}  // namespace
}  // namespace replyguard::service
