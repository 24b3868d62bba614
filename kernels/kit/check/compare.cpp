// SPDX-License-Identifier: MIT
// attnlab_kit_check [--out FILE] [--record FILE]: the kit against nvcc, on this machine's GPU (of
// compute capability 9.0). What differs is printed; the file gets a table of all functions.
//
// Exit status: 0 all equal, 1 something differs, 2 it could not be done.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <stdexcept>

#include "kernels/kit/check/report.h"

namespace attnlab::kit_check {
namespace {

void write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("{} could not be written", path));
}

Circumstances circumstances_of(const gpu::Device& device) {
  const gpu::DeviceProperties& gpu = device.properties();
  return {fmt::format("{}, compute capability {}.{}", gpu.name, gpu.compute_capability.major,
                      gpu.compute_capability.minor),
          gpu.driver, ATTNLAB_DEVICE_COMPILERS,
          fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)))};
}

int run(int argc, char** argv) {
  CLI::App app("The clang kit's functions against nvcc's, bit for bit, on a GPU");
  std::string out;
  std::string recording;
  app.add_option("--out", out, "write the table to this file");
  app.add_option("--record", recording, "write the digests to this file (JSON)");
  CLI11_PARSE(app, argc, argv);
  const auto device = gpu::Device::open_first();
  std::vector<FunctionResult> wrong;
  const std::vector<FunctionResult> results =
      compare_all(*device, [&](const FunctionResult& result) {
        if (!result.equal()) wrong.push_back(result);
      });
  const Circumstances circumstances = circumstances_of(*device);
  if (!out.empty()) write_text(out, table(circumstances, results));
  if (!recording.empty()) write_text(recording, record(circumstances, results));
  if (!wrong.empty()) fmt::print("{}", table(circumstances, wrong));
  fmt::print("{} functions compared, {} differ\n", results.size(), wrong.size());
  return wrong.empty() ? 0 : 1;
}

}  // namespace
}  // namespace attnlab::kit_check

int main(int argc, char** argv) {
  try {
    return attnlab::kit_check::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "attnlab_kit_check: {}\n", error.what());
    return 2;
  }
}
