// SPDX-License-Identifier: MIT
// A .cu file to PTX at run time, with the flags that the project's own kernels are built with.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace attnlab::cli {

// A new folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct CompileRequest {
  std::string file;                   // kernel.cu
  std::string compiler;               // "clang", "nvcc", or "" for clang where it is here
  std::vector<std::string> includes;  // further folders of headers
  std::vector<std::string> defines;   // NAME or NAME=VALUE
};

struct CompiledPtx {
  std::string text;
  std::string compiler;  // "clang", "nvcc"
};

// What the compiler said of a file that does not compile.
struct CompileFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Compiles in `folder`, which must stay as long as lines of the kit's headers may be shown. Throws
// Missing where no compiler is here, and CompileFailed.
CompiledPtx compile_to_ptx(const CompileRequest& request, const TemporaryFolder& folder);

}  // namespace attnlab::cli
