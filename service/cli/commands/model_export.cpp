// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_export.h"

#include <sodium.h>
#include <zstd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/names.h"
#include "service/cli/client/patient_call.h"
#include "service/cli/commands/away.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/cli/output/output_file.h"

namespace replyguard::service::cli {
namespace {

struct ExportFlags {
  std::string file;
  std::int64_t generation = 0;  // 0: the active one
  std::string wait = kWaitDefault;
};

// Undoes zstd piece by piece into a file, and tells whether all came. One thread.
class Unpacker {
 public:
  explicit Unpacker(OutputFile& file) : file_(file), stream_(ZSTD_createDStream()) {
    crypto_generichash_init(&hash_, nullptr, 0, crypto_generichash_BYTES);
  }

  absl::Status Add(std::string_view piece) {
    crypto_generichash_update(&hash_, reinterpret_cast<const unsigned char*>(piece.data()),
                              piece.size());
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    while (in.pos < in.size || full_) {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      left_ = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(left_) != 0) return absl::DataLossError("the model does not decompress");
      full_ = out.pos == out.size;
      bytes_ += static_cast<std::int64_t>(out.pos);
      absl::Status status = file_.Write({buffer_.data(), out.pos});
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Whether the pieces end where they should and are those that the server has.
  absl::Status Check(const std::string& checksum) {
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash_final(&hash_, hash.data(), hash.size());
    std::string hex(2 * hash.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();
    if (left_ == 0 && hex == checksum) return absl::OkStatus();
    return absl::DataLossError("what came is not what the server has: its checksum differs");
  }

  std::int64_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  OutputFile& file_;
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  std::array<char, 64 * 1024> buffer_{};
  crypto_generichash_state hash_{};
  std::size_t left_ = 1;  // 0: the frame is whole
  bool full_ = false;     // there may be more than fitted
  std::int64_t bytes_ = 0;
};

void Tell(Context& context, const ExportFlags& flags, const v1::ExportModelResponse& last,
          std::int64_t bytes) {
  if (flags.file == "-") return;
  const std::string starter =
      last.starter_id() == 0 ? "none" : absl::StrCat("s", last.starter_id());
  if (context.json()) {
    context.out << JsonObject({{"generation", last.generation()},
                               {"position", last.position()},
                               {"starter", starter},
                               {"bytes", bytes}})
                << "\n";
    return;
  }
  context.out << "generation " << LastPart(last.generation()) << " as of label " << last.position()
              << ", starter model " << starter << ": " << bytes << " bytes in " << flags.file
              << "\n";
}

ExitCode Download(Context& context, const Connection& connection, const ExportFlags& flags,
                  std::chrono::milliseconds away_max) {
  auto file = OutputFile::Create(flags.file, context.out);
  if (!file.ok()) return Fail(context, ExitCode::kUsage, std::string(file.status().message()));
  const auto stub = v1::ModelService::NewStub(connection.channel());
  PatientCaller caller(context, connection, away_max);
  Unpacker unpacker(*file);
  v1::ExportModelRequest request;
  if (flags.generation > 0) request.set_name(absl::StrCat("modelGenerations/", flags.generation));
  v1::ExportModelResponse response;
  absl::Status status;
  do {
    request.set_page_token(response.next_page_token());
    const grpc::Status called =
        caller.Call(*stub, &v1::ModelService::Stub::ExportModel, request, response);
    if (!called.ok()) return Fail(context, called);
    status = unpacker.Add(response.piece());
  } while (status.ok() && !response.next_page_token().empty());
  if (status.ok()) status = unpacker.Check(response.checksum());
  if (status.ok()) status = file->Commit();
  if (!status.ok()) return Fail(context, ExitCode::kInternal, std::string(status.message()));
  Tell(context, flags, response, unpacker.bytes());
  return ExitCode::kOk;
}

ExitCode Export(Context& context, const ExportFlags& flags) {
  const auto away_max = WaitOf(flags.wait);
  if (!away_max.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(away_max.status().message()));
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return Download(context, connection, flags, *away_max);
  });
}

}  // namespace

void AddModelExport(CLI::App& group, Selection& selection) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, "export",
                                 "Writes the newest stored model of all sites as a file, as train "
                                 "writes one: hashes and counts, no text.");
  const auto flags = std::make_shared<ExportFlags>();
  command->add_option("file", flags->file, "The file to write; - is standard output")->required();
  command
      ->add_option("--generation", flags->generation,
                   "Of this generation; by default the active one")
      ->type_name("NUMBER")
      ->check(CLI::PositiveNumber);
  AddWaitFlag(*command, flags->wait);
  RunWith(command, selection, flags, &Export);
}

}  // namespace replyguard::service::cli
