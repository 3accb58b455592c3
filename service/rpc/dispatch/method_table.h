// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The methods of the contract as data: what every transport needs to know to serve one. A transport
// parses the request, authenticates the caller, and calls; it knows no method by name.
//
// Thread-safety: built by one thread, then immutable.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "storage/types.h"

namespace replyguard::service::rpc {

// By what a call came. Browsers, and so sessions, come by the last two only: gRPC and Akismet know
// keys alone.
enum class Wire { kNoBrowser, kHttp, kHttps };

// What a transport carries beside the messages. Used by one thread at a time, until the completion.
class CallHeaders {
 public:
  virtual ~CallHeaders() = default;
  // The only request header of this name (in lower case); empty for none and for several, as those
  // in front of us may have looked at another one than we would. Good until the call's completion.
  virtual std::string_view Header(std::string_view name) const = 0;
  // Sends a header with the answer, be it a message or an error. Of a stream: while it opens.
  virtual void AddHeader(std::string_view name, std::string_view value) = 0;
  // The caller's address without its port, as "ipv4:192.0.2.1".
  virtual std::string Peer() const = 0;
  virtual Wire ComesBy() const = 0;
};

// What a method knows of its call. Outlives the call's completion.
struct CallContext {
  std::shared_ptr<const Principal> principal;
  storage::Deadline deadline{};
  // Whether nobody waits for the answer any more. Empty where a transport cannot tell.
  std::function<bool()> cancelled{};
  // Null where a call has none: a test's.
  CallHeaders* headers = nullptr;
};

// Called exactly once, on any thread; the response is whole by then when the status is OK.
using Completion = std::function<void(absl::Status)>;

struct UnaryMethod {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const google::protobuf::Message* request = nullptr;  // prototypes
  const google::protobuf::Message* response = nullptr;
  // "/replyguard.v1.CommentService/GetComment".
  std::string path;
  // Whether it is for everybody: neither key nor session is asked for; there is a principal only
  // where the call brings a good key.
  bool for_everybody = false;
  // Whether it takes the processor for long, so that under load it leaves the transport's threads
  // to read.
  bool scores = false;
  // Whether this call may block, so that it needs a thread of the bounded executor.
  std::function<bool(const google::protobuf::Message&)> blocks;
  std::function<void(const CallContext&, const google::protobuf::Message&,
                     google::protobuf::Message&, Completion)>
      run;
};

// What a stream sends, one message at a time. Thread-safe.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  // Fills in the next message; false when nothing waits now.
  virtual bool Next(google::protobuf::Message& response) = 0;
  // Why it ended; OK while it runs.
  virtual absl::Status end_status() const = 0;
  // on_ready is not called again once this has returned. Not from within on_ready.
  virtual void Cancel() = 0;
};

struct StreamMethod {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  std::string path;
  // Never blocks. `on_ready` is called on any thread whenever Next or end_status has something.
  std::function<absl::StatusOr<std::unique_ptr<StreamSource>>(
      const CallContext&, const google::protobuf::Message&, std::function<void()> on_ready)>
      open;
};

class MethodTable {
 public:
  // `name` is "CommentService.GetComment". REQUIRES: it exists in replyguard.v1 with these
  // messages, once. A method that blocks: absl::Status f(const CallContext&, const Request&,
  // Response&).
  template <typename Request, typename Response, typename Function>
  void AddBlocking(std::string_view name, Function function) {
    AddUnary<Request, Response>(
        name, [](const Request&) { return true; },
        [function = std::move(function)](const CallContext& call, const Request& request,
                                         Response& response, const Completion& done) {
          done(function(call, request, response));
        });
  }

  // The same for one that is for everybody.
  template <typename Request, typename Response, typename Function>
  void AddForEverybody(std::string_view name, Function function) {
    AddBlocking<Request, Response>(name, std::move(function));
    unary_.back().for_everybody = true;
  }

  // The same for one that completes by itself: void f(call, request, response, Completion), with
  // bool blocks(const Request&).
  template <typename Request, typename Response, typename Blocks, typename Function>
  void AddUnary(std::string_view name, Blocks blocks, Function function) {
    UnaryMethod method;
    Describe(name, Request::default_instance(), Response::default_instance(), false, method);
    method.blocks = [blocks = std::move(blocks)](const google::protobuf::Message& request) {
      return blocks(static_cast<const Request&>(request));
    };
    method.run = [function = std::move(function)](
                     const CallContext& call, const google::protobuf::Message& request,
                     google::protobuf::Message& response, Completion done) {
      function(call, static_cast<const Request&>(request), static_cast<Response&>(response),
               std::move(done));
    };
    unary_.push_back(std::move(method));
  }

  // The same for one that takes the processor for long.
  template <typename Request, typename Response, typename Blocks, typename Function>
  void AddScoring(std::string_view name, Blocks blocks, Function function) {
    AddUnary<Request, Response>(name, std::move(blocks), std::move(function));
    unary_.back().scores = true;
  }

  // A stream: StatusOr<unique_ptr<StreamSource>> f(call, request, on_ready).
  template <typename Request, typename Response, typename Function>
  void AddStream(std::string_view name, Function function) {
    StreamMethod method;
    Describe(name, Request::default_instance(), Response::default_instance(), true, method);
    method.open = [function = std::move(function)](const CallContext& call,
                                                   const google::protobuf::Message& request,
                                                   std::function<void()> on_ready) {
      return function(call, static_cast<const Request&>(request), std::move(on_ready));
    };
    streams_.push_back(std::move(method));
  }

  const std::vector<UnaryMethod>& unary() const { return unary_; }
  const std::vector<StreamMethod>& streams() const { return streams_; }
  // nullptr when there is none.
  const UnaryMethod* FindUnary(const google::protobuf::MethodDescriptor* method) const;
  const StreamMethod* FindStream(const google::protobuf::MethodDescriptor* method) const;

 private:
  template <typename Method>
  static void Describe(std::string_view name, const google::protobuf::Message& request,
                       const google::protobuf::Message& response, bool streams, Method& method) {
    method.descriptor = Lookup(name, request, response, streams);
    method.request = &request;
    method.response = &response;
    method.path = "/" + method.descriptor->service()->full_name() + "/" + method.descriptor->name();
  }
  // Ends the process when the requirement is not met: a fault of the program, seen at its start.
  static const google::protobuf::MethodDescriptor* Lookup(std::string_view name,
                                                          const google::protobuf::Message& request,
                                                          const google::protobuf::Message& response,
                                                          bool streams);

  std::vector<UnaryMethod> unary_;
  std::vector<StreamMethod> streams_;
};

// The services of replyguard.v1.
std::vector<const google::protobuf::ServiceDescriptor*> ContractServices();

}  // namespace replyguard::service::rpc
