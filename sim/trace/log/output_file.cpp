// SPDX-License-Identifier: MIT
#include "sim/trace/log/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "sim/trace/log_error.h"

namespace attnlab::trace {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

std::string reason(int error) {
  return std::generic_category().message(error);
}

// Whether the open file is still the one under that name.
bool is_named(int descriptor, const std::filesystem::path& path) {
  struct stat open_file, named_file;
  return fstat(descriptor, &open_file) == 0 && stat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path), name_(path.string()) {
  if (!path_.has_filename()) {
    throw LogError(fmt::format("{} cannot be written: it is a folder, not a file", name_));
  }
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path_, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw LogError(fmt::format("{} cannot be written: it is not a regular file", name_));
  }
  partial_ = path_;
  partial_ += ".partial";
  buffer_.reserve(kBufferBytes);
  open_locked();
}

void OutputFile::open_locked() {
  const int descriptor = open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw LogError(
        fmt::format("{} cannot be written: {} ({})", name_, reason(errno), partial_.string()));
  }
  // Another writer may hold the file, or may just have renamed it away from under us.
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !is_named(descriptor, partial_)) {
    close(descriptor);
    throw LogError(fmt::format("{} cannot be written: another writer is at work on it ({})", name_,
                               partial_.string()));
  }
  descriptor_ = descriptor;
  if (ftruncate(descriptor_, 0) != 0) fail("cannot be emptied", errno);
}

void OutputFile::fail(std::string_view action, int error) {
  discard();
  throw LogError(fmt::format("{} {}: {}", name_, action, reason(error)));
}

void OutputFile::write(const void* data, std::size_t size) {
  if (descriptor_ < 0) throw LogError(fmt::format("{} is no longer being written", name_));
  if (size == 0) return;
  size_ += size;
  if (size > kBufferBytes - buffer_.size()) flush();
  if (size >= kBufferBytes) {
    write_through(data, size);
  } else {
    buffer_.append(static_cast<const char*>(data), size);
  }
}

void OutputFile::flush() {
  write_through(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void OutputFile::write_through(const void* data, std::size_t size) {
  const char* rest = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(descriptor_, rest, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written to the end", errno);
    rest += written;
    size -= static_cast<std::size_t>(written);
  }
}

void OutputFile::commit() {
  if (descriptor_ < 0) throw LogError(fmt::format("{} is no longer being written", name_));
  flush();
  if (fsync(descriptor_) != 0 && errno != EINVAL) fail("cannot be brought to the disk", errno);
  if (rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot be given its name", errno);
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) {
    throw LogError(fmt::format("{} cannot be closed: {}", name_, reason(errno)));
  }
}

void OutputFile::discard() noexcept {
  if (descriptor_ < 0) return;
  unlink(partial_.c_str());
  close(descriptor_);
  descriptor_ = -1;
}

}  // namespace attnlab::trace
