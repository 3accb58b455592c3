#include "service/app/secrets.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace replyguard::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDeploymentFile = "deployment.key";
constexpr std::string_view kHmacPrefix = "hmac-";
constexpr std::string_view kKeySuffix = ".key";
constexpr std::int32_t kHmacIdMax = 32767;
constexpr std::size_t kFileBytesMax = 256;

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

absl::Status FileError(const fs::path& path, int error) {
  const std::string text = absl::StrCat(path.string(), ": ", std::strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM || error == EROFS) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

absl::StatusOr<std::string> ReadSmallFile(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError(path, errno);
  struct stat info {};
  std::string text(kFileBytesMax, '\0');
  const bool stat_ok = fstat(file, &info) == 0;
  const ssize_t got = read(file, text.data(), text.size());
  const int error = errno;
  close(file);
  if (!stat_ok || got < 0) return FileError(path, error);
  if ((info.st_mode & S_IRWXO) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path.string(), ": others may read or write this secret; chmod o-rwx it"));
  }
  text.resize(static_cast<std::size_t>(got));
  return text;
}

absl::StatusOr<SecretKey> ReadKey(const fs::path& path) {
  absl::StatusOr<std::string> text = ReadSmallFile(path);
  if (!text.ok()) return text.status();
  const std::string digits = Trimmed(*text);
  SecretKey key{};
  std::size_t bytes = 0;
  const char* end = nullptr;
  const bool parsed = digits.size() == 2 * kSecretBytes &&
                      sodium_hex2bin(key.data(), key.size(), digits.data(), digits.size(), nullptr,
                                     &bytes, &end) == 0 &&
                      bytes == key.size();
  sodium_memzero(text->data(), text->size());
  if (!parsed) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), ": not a key of ", 2 * kSecretBytes, " hexadecimal digits"));
  }
  return key;
}

// The id in "hmac-<id>.key"; nothing for other names.
std::optional<std::int32_t> HmacId(std::string_view name) {
  if (name.substr(0, kHmacPrefix.size()) != kHmacPrefix) return std::nullopt;
  name.remove_prefix(kHmacPrefix.size());
  if (name.size() <= kKeySuffix.size()) return std::nullopt;
  if (name.substr(name.size() - kKeySuffix.size()) != kKeySuffix) return std::nullopt;
  name.remove_suffix(kKeySuffix.size());
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  if (id < 1 || id > kHmacIdMax || name.front() == '0') return std::nullopt;
  return id;
}

absl::Status CreateKey(const fs::path& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return errno == EEXIST ? absl::OkStatus() : FileError(path, errno);
  SecretKey key{};
  randombytes_buf(key.data(), key.size());
  std::array<char, 2 * kSecretBytes + 1> text{};
  sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
  text.back() = '\n';
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  close(file);
  sodium_memzero(key.data(), key.size());
  sodium_memzero(text.data(), text.size());
  if (!written) {
    unlink(path.c_str());
    return FileError(path, error);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secrets> ReadSecrets(const std::string& secrets_dir) {
  const fs::path dir = secrets_dir;
  absl::StatusOr<SecretKey> deployment = ReadKey(dir / kDeploymentFile);
  if (!deployment.ok()) return deployment.status();
  Secrets secrets{*deployment, {}};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    const std::optional<std::int32_t> id = HmacId(entry.path().filename().string());
    if (!id.has_value()) continue;
    absl::StatusOr<SecretKey> key = ReadKey(entry.path());
    if (!key.ok()) return key.status();
    secrets.hmac.emplace(*id, *key);
  }
  if (error) return FileError(dir, error.value());
  if (secrets.hmac.empty()) {
    return absl::NotFoundError(absl::StrCat(dir.string(), ": no hmac-<id>.key"));
  }
  return secrets;
}

absl::Status CreateMissingSecrets(const std::string& secrets_dir) {
  const fs::path dir = secrets_dir;
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) return FileError(dir, errno);
  absl::Status status = CreateKey(dir / kDeploymentFile);
  if (!status.ok()) return status;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (HmacId(entry.path().filename().string()).has_value()) return absl::OkStatus();
  }
  if (error) return FileError(dir, error.value());
  return CreateKey(dir / absl::StrCat(kHmacPrefix.data(), 1, kKeySuffix.data()));
}

}  // namespace replyguard::service
