// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// XML of strangers, piece by piece in constant memory. One thread.
namespace replyguard::service::importing {

// An element's name: what stands before the colon (nothing for none), as the address that the
// document gave it last or, where it gave none, as it is; and the rest.
struct XmlName {
  std::string_view space;
  std::string_view local;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // `id`: the value of the attribute id of any namespace; empty for none. A text that is not empty
  // refuses the document: why, for people. `depth` of the root is 1.
  virtual std::string Start(const XmlName& name, std::string_view id, std::size_t depth) = 0;
  virtual void Text(std::string_view piece) = 0;
  virtual void End(std::size_t depth) = 0;
};

// Refuses what declares entities (so that none can grow or fetch anything), elements nested deeper
// than kDepthMax, and a tag, comment or the like longer than kRecordBytesMax. Nothing is fetched.
// Control characters and bad UTF-8, which blogs do export, are mended on the way.
class XmlReader {
 public:
  // Both outlive the reader.
  XmlReader(std::streambuf& in, XmlHandler& handler);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // Reads one piece and tells the handler what is in it; false at the document's end. Not to be
  // called again after false or an error. DATA_LOSS: cut off. INVALID_ARGUMENT: anything else,
  // naming the line.
  absl::StatusOr<bool> Pump();
  // Of what is being handled, from 1.
  std::int64_t line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace replyguard::service::importing
