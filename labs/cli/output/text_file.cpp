// SPDX-License-Identifier: MIT
#include "labs/cli/output/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/problem/problem.h"

namespace attnlab::cli {

void write_text_file(const std::string& path, const std::string& text) {
  const std::string partial = path + ".partial";
  errno = 0;
  {
    std::ofstream file(partial, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
      const std::string reason = std::strerror(errno);
      std::error_code ignored;
      std::filesystem::remove(partial, ignored);
      throw problem::BadInput(fmt::format("cannot write {}: {}", path, reason));
    }
  }
  std::error_code error;
  std::filesystem::rename(partial, path, error);
  if (error) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw problem::BadInput(fmt::format("cannot write {}: {}", path, error.message()));
  }
}

}  // namespace attnlab::cli
