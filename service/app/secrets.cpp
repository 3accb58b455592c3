// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/secrets.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/durable.h"
#include "service/app/secret_files.h"
#include "storage/secret_text.h"

namespace replyguard::service {
namespace {

constexpr char kDeploymentFile[] = "/deployment.key";
constexpr std::int32_t kFirstHmacKeyId = 1;

absl::Status FileError(const std::string& path, int error) {
  const std::string text = absl::StrCat(path, ": ", std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM || error == EROFS) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

// Closes a file when it goes.
class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Who may write the folder replaces what is in it, whatever the files' modes; a sticky bit keeps
// nobody from making what is missing. Where nothing is written at all the mode says nothing:
// Kubernetes mounts secrets read-only and with mode 1777.
absl::Status CheckFolder(const std::string& path) {
  struct stat info {};
  struct statvfs system {};
  if (stat(path.c_str(), &info) != 0 || statvfs(path.c_str(), &system) != 0) {
    return FileError(path, errno);
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (system.f_flag & ST_RDONLY) != 0) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrCat(
      path, ": others may write this folder and replace the secrets in it; chmod go-w it"));
}

// Of a database that knows others, new ones are no remedy.
absl::Status WithRemedy(absl::Status status, const std::string& secrets_dir) {
  if (!absl::IsNotFound(status)) return status;
  return absl::NotFoundError(absl::StrCat(
      status.message(), "; to make new secrets, for a new database: replyguard secrets init ",
      secrets_dir));
}

absl::StatusOr<DeploymentKey> ReadDeploymentKey(const std::string& path) {
  absl::StatusOr<std::string> text = ReadSecretFile(path);
  if (!text.ok()) return text.status();
  DeploymentKey key{};
  std::size_t bytes = 0;
  const char* end = nullptr;
  const bool parsed = sodium_hex2bin(key.data(), key.size(), text->data(), text->size(), nullptr,
                                     &bytes, &end) == 0 &&
                      bytes == key.size();
  const std::string_view rest =
      end == nullptr
          ? std::string_view()
          : std::string_view(end, static_cast<std::size_t>(text->data() + text->size() - end));
  const bool only_space = rest.find_first_not_of(" \t\r\n") == std::string_view::npos;
  storage::WipeString(*text);
  if (!parsed || !only_space) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a key of ", 2 * kDeploymentKeyBytes, " hexadecimal digits"));
  }
  return key;
}

std::string NewDeploymentKeyText() {
  DeploymentKey key{};
  randombytes_buf(key.data(), key.size());
  std::string text(2 * key.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
  text.back() = '\n';
  sodium_memzero(key.data(), key.size());
  return text;
}

// Unless somebody has the name already (EEXIST). NFS knows no such rename, but links.
bool TakeName(const std::string& draft, const std::string& path) {
  if (renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  return errno == EINVAL && link(draft.c_str(), path.c_str()) == 0 && unlink(draft.c_str()) == 0;
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const File file(path, O_RDONLY);
  if (file.fd() < 0) return FileError(path, errno);
  struct stat info {};
  if (fstat(file.fd(), &info) != 0) return FileError(path, errno);
  if ((info.st_mode & S_IRWXO) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": others may read or write this secret; chmod o-rwx it"));
  }
  std::string text(storage::kKeyFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.fd(), text.data() + size, text.size() - size);
    if (got < 0) return FileError(path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  if (size <= storage::kKeyFileBytesMax) return text;
  storage::WipeString(text);
  return absl::InvalidArgumentError(absl::StrCat(path, ": too long for a key file"));
}

absl::Status CreateSecretFile(const std::string& path, std::string text) {
  if (access(path.c_str(), F_OK) == 0) {
    storage::WipeString(text);
    return absl::OkStatus();
  }
  // Under another name until it is whole: a short one would never be replaced. One of its own, as
  // others may be making it, too.
  const std::string draft = absl::StrCat(path, ".", absl::Hex(randombytes_random()), ".draft");
  const File file(draft, O_WRONLY | O_CREAT | O_EXCL);
  const bool written =
      file.fd() >= 0 &&
      write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(file.fd()) == 0;
  const bool made = written && TakeName(draft, path);
  const bool durable = made && SyncFolderOf(path);
  const int error = errno;
  if (!made) unlink(draft.c_str());
  storage::WipeString(text);
  const bool is_there = durable || (written && !made && error == EEXIST);
  return is_there ? absl::OkStatus() : FileError(path, error);
}

absl::StatusOr<Secrets> ReadSecrets(const std::string& secrets_dir) {
  if (sodium_init() < 0) return absl::InternalError("libsodium cannot start");
  absl::Status folder = CheckFolder(secrets_dir);
  if (!folder.ok()) return WithRemedy(std::move(folder), secrets_dir);
  absl::StatusOr<DeploymentKey> deployment = ReadDeploymentKey(secrets_dir + kDeploymentFile);
  if (!deployment.ok()) return WithRemedy(deployment.status(), secrets_dir);
  const std::string path = secrets_dir + kHmacFile;
  absl::StatusOr<std::string> text = ReadSecretFile(path);
  if (!text.ok()) return WithRemedy(text.status(), secrets_dir);
  absl::StatusOr<storage::AuthorKeyring> keyring = storage::AuthorKeyring::Parse(*text);
  storage::WipeString(*text);
  if (!keyring.ok()) {
    const std::string why(keyring.status().message());
    return absl::Status(keyring.status().code(), absl::StrCat(path, ": ", why));
  }
  return Secrets{*deployment, *std::move(keyring)};
}

absl::Status CreateMissingSecrets(const std::string& secrets_dir) {
  if (sodium_init() < 0) return absl::InternalError("libsodium cannot start");
  if (mkdir(secrets_dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return FileError(secrets_dir, errno);
  }
  absl::Status status = CheckFolder(secrets_dir);
  if (!status.ok()) return status;
  status = CreateSecretFile(secrets_dir + kDeploymentFile, NewDeploymentKeyText());
  if (!status.ok()) return status;
  return CreateSecretFile(secrets_dir + kHmacFile,
                          storage::AuthorKeyring::NewFileText(kFirstHmacKeyId));
}

}  // namespace replyguard::service
