// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The contract's methods over the use cases, for every transport that speaks protobuf.
#pragma once

#include <memory>

namespace replyguard::service {

class ApiKeys;
class AuditTrail;
class AuthorData;
class Backtest;
class Bulks;
class CheckComment;
class Clock;
class Comments;
class Desk;
class EventStream;
class Exports;
class Generations;
class LabelDoctor;
class LearnExamples;
class ModelDrift;
class ModelImports;
class ModelInfo;
class Moderate;
class Operations;
class OwnAccount;
class People;
class QueueWatch;
class ReasonCodeLists;
class ReviewQueue;
class Search;
class Shadows;
class SignIn;
class SiteDirectory;
class Sites;
class SubmitComment;
class TestPolicy;
class Threads;
class UpdateComment;
class Webhooks;

namespace rpc {

class PageTokens;
class MethodTable;

// Everything the methods call. All outlive the table.
struct UseCases {
  const SiteDirectory& directory;
  const Clock& clock;
  const SubmitComment& submit;
  const CheckComment& check;
  const UpdateComment& update;
  const Comments& comments;
  const Threads& threads;
  const EventStream& events;
  const ReviewQueue& queue;
  const Moderate& moderate;
  const QueueWatch& queue_watch;
  const ModelInfo& model;
  const ModelDrift& drift;
  const Generations& generations;
  const LabelDoctor& label_doctor;
  const Shadows& shadows;
  const Backtest& backtest;
  const LearnExamples& learn;
  const Sites& sites;
  const TestPolicy& test_policy;
  const ApiKeys& keys;
  const PageTokens& tokens;
  const Operations& operations;
  const Exports& exports;
  const SignIn& sign_in;
  const OwnAccount& own_account;
  const People& people;
  const Search& search;
  const Bulks& bulks;
  const Desk& desk;
  const ReasonCodeLists& reason_codes;
  const AuditTrail& audit;
  const ModelImports& model_imports;
  const Webhooks& webhooks;
  const AuthorData& author_data;
};

// Adds every method of replyguard.v1. What the use cases and tokens refer to must outlive the
// table.
void AddAllMethods(const UseCases& use_cases, MethodTable& table);

}  // namespace rpc
}  // namespace replyguard::service
