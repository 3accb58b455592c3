// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_import.h"

#include <sodium.h>
#include <zstd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/patient_call.h"
#include "service/cli/commands/away.h"
#include "service/cli/commands/operation_follow.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/record.h"
#include "service/cli/output/progress.h"

namespace replyguard::service::cli {
namespace {

constexpr int kZstdLevel = 3;
constexpr std::size_t kPieceBytes = std::size_t{1024} * 1024;
// What a server takes, uncompressed and compressed.
constexpr std::size_t kFileBytesMax = std::size_t{256} * 1024 * 1024;
constexpr std::size_t kPackedBytesMax = std::size_t{128} * 1024 * 1024;
// "train" writes it.
constexpr std::int64_t kOnlySite = 1;

struct ImportFlags {
  std::string file;
  std::vector<std::string> sites;
  std::optional<std::int64_t> learnt_position;  // none: the file says
  std::string note;
  std::string request_id;
  std::string wait = kWaitDefault;
  bool nothing_else = false;
  bool no_wait = false;
};

// Compressed. INVALID_ARGUMENT: too large.
absl::StatusOr<std::string> ReadPacked(Context& context, const std::string& path) {
  auto input = InputFile::Open(path, context.in);
  if (!input.ok()) return input.status();
  std::string bytes;
  std::array<char, 64 * 1024> buffer{};
  std::istream& stream = input->stream();
  const auto buffer_bytes = static_cast<std::streamsize>(buffer.size());
  while (stream.read(buffer.data(), buffer_bytes) || stream.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (bytes.size() > kFileBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": more than 256 MiB"));
    }
  }
  if (bytes.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": is empty"));
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kZstdLevel);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  if (packed.empty() || packed.size() > kPackedBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": more than 128 MiB compressed"));
  }
  return packed;
}

std::string ChecksumOf(std::string_view bytes) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

// "SITE" or "NUMBER=SITE".
absl::Status AddSite(const std::string& text, v1::ImportModelRequest& request) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  std::int64_t number = kOnlySite;
  if (parts.size() > 1 && (!absl::SimpleAtoi(parts[0], &number) || number < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--as ", text, ": must be SITE, or the site's number in the file, =, SITE"));
  }
  v1::ModelImportSite* const site = request.add_sites();
  site->set_number(number);
  site->set_site("sites/" + parts.back());
  return absl::OkStatus();
}

absl::StatusOr<v1::ImportModelRequest> RequestOf(const ImportFlags& flags,
                                                 std::string_view packed) {
  v1::ImportModelRequest request;
  for (const std::string& site : flags.sites) {
    if (absl::Status status = AddSite(site, request); !status.ok()) return status;
  }
  request.set_request_id(flags.request_id.empty() ? RandomRequestId() : flags.request_id);
  request.set_size_bytes(static_cast<std::int64_t>(packed.size()));
  request.set_checksum(ChecksumOf(packed));
  request.set_learnt_position(flags.learnt_position.value_or(0));
  request.set_learn_all_labels(flags.learnt_position == 0);
  request.set_ignore_active_exclusions(flags.nothing_else);
  request.set_note(flags.note);
  return request;
}

// Sends the pieces until there is an operation.
ExitCode Upload(Context& context, const Connection& connection, const ImportFlags& flags,
                std::chrono::milliseconds away_max, v1::ImportModelRequest& request,
                std::string_view packed) {
  const auto stub = v1::ModelService::NewStub(connection.channel());
  PatientCaller caller(context, connection, away_max);
  v1::ImportModelResponse response;
  {
    Progress progress(context.err, context.err_is_terminal, request.size_bytes(),
                      &std::chrono::steady_clock::now);
    while (!response.has_operation()) {
      const auto offset = static_cast<std::size_t>(response.next_offset());
      // The last one again: it starts the operation.
      const std::size_t begin = std::min(offset, packed.size() - 1);
      progress.Update(response.next_offset(), [&] { return "sending " + flags.file; });
      request.set_offset(static_cast<std::int64_t>(begin));
      request.set_piece(std::string(packed.substr(begin, kPieceBytes)));
      const grpc::Status status =
          caller.Call(*stub, &v1::ModelService::Stub::ImportModel, request, response);
      if (!status.ok()) {
        progress.Clear();
        return Fail(context, status);
      }
    }
  }
  return FollowOperation(context, connection, response.operation(),
                         flags.no_wait ? Follow::kNameOnly : Follow::kResult);
}

ExitCode Import(Context& context, const ImportFlags& flags) {
  const auto usage = [&](const absl::Status& status) {
    return Fail(context, ExitCode::kUsage, std::string(status.message()));
  };
  const auto away_max = WaitOf(flags.wait);
  if (!away_max.ok()) return usage(away_max.status());
  const auto packed = ReadPacked(context, flags.file);
  if (!packed.ok()) return usage(packed.status());
  auto request = RequestOf(flags, *packed);
  if (!request.ok()) return usage(request.status());
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return Upload(context, connection, flags, *away_max, *request, *packed);
  });
}

}  // namespace

void AddModelImport(CLI::App& group, Selection& selection) {
  CLI::App* command = AddCommand(
      group, selection, config::Scope::kClient, "import",
      "Makes a generation that begins with a model file, as train and model export write it, and "
      "compares it with the active one. Activates nothing.");
  const auto flags = std::make_shared<ImportFlags>();
  command->add_option("file", flags->file, "The file to read; - is standard input")->required();
  command
      ->add_option("--as", flags->sites,
                   "Which site here the file's site is: SITE for what train wrote (its site 1), or "
                   "NUMBER=SITE; may be given again. Without it sites keep their numbers, as in a "
                   "file that was exported here; others of the file are left out")
      ->type_name("[NUMBER=]SITE")
      ->expected(1, 1)
      ->take_all();
  command
      ->add_option("--learnt-to", flags->learnt_position,
                   "Of a file exported here: the label up to which it has learnt (model export "
                   "says it); earlier ones are not learnt on top of it. Without it the server sees "
                   "by the file whether it was exported here; 0: learn all of them again")
      ->type_name("POSITION")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--exclude-nothing-else", flags->nothing_else,
                    "On top of the file, learn also from those whom the active generation leaves "
                    "out");
  command->add_option("--note", flags->note, "For people: why")->type_name("TEXT");
  command
      ->add_option("--request-id", flags->request_id,
                   "Names this import: with the same one an interrupted one goes on, and one that "
                   "is done answers what came of it")
      ->type_name("ID");
  AddWaitFlag(*command, flags->wait);
  command->add_flag("--no-wait", flags->no_wait,
                    "Print the operation's name and leave it running (replyguard operation)");
  RunWith(command, selection, flags, &Import);
}

}  // namespace replyguard::service::cli
