// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A world in which model files come in and generations are made.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "classifier/extractor.h"
#include "service/usecases/learn/generation_jobs.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/model_imports.h"
#include "service/usecases/operate/operation_runner.h"
#include "service/usecases/world.h"
#include "usecases/learn/checkpoint.h"

namespace replyguard::service {

inline constexpr std::size_t kPieceBytes = 4'096;  // small, so that there are some

// A World with what runs operations.
struct Office {
  explicit Office(std::shared_ptr<const classifier::Starter> starter = nullptr)
      : learner(world.db->labels(), world.db->checkpoints(), world.clock,
                {.generations = &world.db->generations(), .starter = std::move(starter)}) {}

  void Teach(const std::string& name, int count, int from = 0) {
    std::vector<storage::ExternalLabel> labels;
    for (int i = from; i < from + count; ++i) {
      storage::ExternalLabel label;
      label.external_id = name + std::to_string(i);
      label.sample.body = (i % 2 == 0 ? "cheap pills casino bonus " : "the chapter about bees ") +
                          name + std::to_string(i);
      label.label = i % 2 == 0 ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      labels.push_back(std::move(label));
    }
    ASSERT_TRUE(world.db->labels()
                    .Append(1, labels, storage::LabelSource::kImport, world.admin.key_id,
                            world.clock.Now(), Soon())
                    .ok());
  }
  // The file of what the learner knows, compressed as it is sent.
  std::string File() {
    EXPECT_TRUE(learner.Load().ok() && learner.CatchUp().ok() && learner.StoreCheckpoint().ok());
    const auto list = world.db->checkpoints().List(
        KindOf(learner.starter(), learner.State().generation), 1, Soon());
    EXPECT_TRUE(list.ok() && !list->empty());
    return *world.db->checkpoints().ReadBytes(list->front().checkpoint_id, Soon());
  }
  ModelImports::Piece PieceOf(const std::string& file, std::size_t offset = 0) {
    ModelImports::Piece piece;
    piece.request_id = request_id;
    piece.offset = static_cast<std::int64_t>(offset);
    piece.bytes = file.substr(offset, kPieceBytes);
    piece.size_bytes = static_cast<std::int64_t>(file.size());
    piece.checksum = ChecksumOf(file);
    return piece;
  }
  // Sends all pieces, and works on the operation.
  absl::StatusOr<storage::Operation> Import(const std::string& file,
                                            ModelImports::Piece options = {}) {
    for (std::size_t offset = 0;;) {
      ModelImports::Piece piece = PieceOf(file, offset);
      piece.note = options.note;
      piece.learnt_position = options.learnt_position;
      piece.sites = options.sites;
      piece.learn_all_labels = options.learn_all_labels;
      piece.ignore_active_exclusions = options.ignore_active_exclusions;
      auto answer = imports.Put(world.admin, piece, Soon());
      if (!answer.ok()) return answer.status();
      if (answer->operation) return Done(*answer->operation);
      EXPECT_GT(answer->next_offset, piece.offset);
      offset = static_cast<std::size_t>(answer->next_offset);
    }
  }
  absl::StatusOr<storage::Operation> Done(const storage::Operation& started) {
    const auto ran = runner.RunNext();
    EXPECT_TRUE(ran.ok() && *ran) << ran.status();
    return world.db->operations().Get(started.number, Soon());
  }
  void Activate(std::int64_t number) {
    const auto done = generations.Activate(world.admin, number, true, Soon());
    ASSERT_TRUE(done.ok()) << done.status();
    for (int i = 0; i < 1'000 && learner.State().generation != number; ++i) {
      ASSERT_TRUE(learner.CatchUp().ok());
      ASSERT_TRUE(learner.FollowActive().ok());
    }
    ASSERT_EQ(learner.State().generation, number);
  }
  std::vector<classifier::RawScore> Scores(classifier::SiteId site = 1) const {
    std::vector<classifier::RawScore> scores;
    classifier::Extractor extractor;
    for (const char* body : {"cheap pills casino", "the chapter about bees", "word3 bonus"}) {
      classifier::Document document;
      document.body = body;
      classifier::Features features;
      extractor.Extract(document, &features);
      scores.push_back(learner.Snapshot()->Score(site, features).text);
    }
    return scores;
  }

  World world;
  Learner learner;
  std::string request_id = "import-1";
  GenerationJobs jobs{world.directory,           learner,
                      world.db->labels(),        world.db->generations(),
                      world.db->model_uploads(), world.clock};
  OperationRunner runner{world.db->operations(), world.clock, world.random, jobs.All()};
  Generations generations{world.db->generations(), world.db->operations(), world.db->api_keys(),
                          world.db->people(), world.clock};
  ModelImports imports{world.directory, world.db->model_uploads(), world.db->operations(),
                       world.db->labels(), world.clock};
};

}  // namespace replyguard::service
