// SPDX-License-Identifier: MIT
// What the compilers made of the kernels: entry points that the registry can launch, arithmetic
// whose bits the source fixes, and the same kinds of it from both compilers.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <stdexcept>

#include "device_image_files.h"
#include "kernels/executors.h"
#include "tests/kernels/ptx_text.h"

using namespace attnlab;
using namespace attnlab::kernels;
using test::PtxEntry;

namespace {

struct RungPtx {
  const Rung* rung;
  std::string compiler;
  std::string_view text;
};

// The PTX of every rung by every compiler that was there.
std::vector<RungPtx> all_ptx() {
  std::vector<RungPtx> all;
  for (const Rung& rung : rungs()) {
    for (const char* compiler : {"nvcc", "clang"}) {
      const embed::EmbeddedFile* file =
          embed::find(embed::device_image_files(), rung.name + "." + compiler + ".ptx");
      if (file != nullptr) all.push_back({&rung, compiler, file->bytes});
    }
  }
  return all;
}

std::string type_of(const Argument& argument) {
  if (std::holds_alternative<Tensor>(argument)) return "u64";
  if (std::holds_alternative<std::int64_t>(argument)) return "u64";
  return std::holds_alternative<float>(argument) ? "f32" : "u32";
}

// Every launch that a rung makes on its verification problems, each kernel once.
std::vector<KernelLaunch> all_launches(const Rung& rung) {
  std::vector<KernelLaunch> launches;
  std::set<std::string> entries;
  for (const Problem& problem : rung.problems(rung)) {
    for (KernelLaunch& launch : rung.launches(problem)) {
      if (entries.insert(launch.shape.entry).second) launches.push_back(std::move(launch));
    }
  }
  return launches;
}

const PtxEntry& entry_named(const std::vector<PtxEntry>& entries, const std::string& name) {
  for (const PtxEntry& entry : entries) {
    if (entry.name == name) return entry;
  }
  FAIL("no entry point is called " << name);
  throw std::logic_error("not reached");
}

int count(const PtxEntry& entry, const std::string& opcode) {
  const auto found = entry.opcodes.find(opcode);
  return found == entry.opcodes.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("every rung has PTX from every compiler that the build names") {
  const std::string compilers = device_compilers();
  std::size_t named = 0;
  for (const char* compiler : {"nvcc", "clang"}) {
    if (compilers.find(compiler) != std::string::npos) ++named;
  }
  REQUIRE(named >= 1);
  CHECK(all_ptx().size() == named * rungs().size());
}

TEST_CASE("machine code is an ELF file for its architecture, with the entry points in it") {
  for (const embed::EmbeddedFile& file : embed::device_image_files()) {
    if (!file.name.ends_with(".cubin")) continue;
    CHECK(file.bytes.substr(0, 4) ==
          "\x7f"
          "ELF");
    for (const Rung& rung : rungs()) {
      if (!file.name.starts_with(rung.name)) continue;
      for (const KernelLaunch& launch : all_launches(rung)) {
        CHECK(file.bytes.find(".text." + launch.shape.entry) != std::string_view::npos);
      }
    }
  }
}

TEST_CASE("every launch finds its entry point, with the parameters that it is given") {
  for (const RungPtx& ptx : all_ptx()) {
    INFO(ptx.rung->name << " by " << ptx.compiler);
    const std::vector<PtxEntry> entries = test::ptx_entries(ptx.text);
    std::set<std::string> launched;
    for (const KernelLaunch& launch : all_launches(*ptx.rung)) {
      const PtxEntry& entry = entry_named(entries, launch.shape.entry);
      std::vector<std::string> given;
      for (const Argument& argument : launch.arguments) given.push_back(type_of(argument));
      CHECK(entry.parameter_types == given);
      CHECK(entry.max_threads == launch.shape.threads_per_block);
      launched.insert(entry.name);
    }
    CHECK(launched.size() == entries.size());  // no entry point is without a launch
  }
}

TEST_CASE("the bits are a property of the source: nothing that ptxas may fuse, flush or reorder") {
  for (const RungPtx& ptx : all_ptx()) {
    INFO(ptx.rung->name << " by " << ptx.compiler);
    CHECK(test::ptx_faults(ptx.text) == std::vector<std::string>{});
  }
}

TEST_CASE("both compilers compute with the same kinds of instruction") {
  // One division of O by l, as a reciprocal; or one of every probability.
  const std::map<std::string, std::string> division = {{"flash_fwd/01_tiled", "rcp.rn.f32"},
                                                       {"standard/01_three_pass", "div.rn.f32"}};
  std::map<std::string, std::vector<std::string>> kinds;  // by rung, of the first compiler
  for (const RungPtx& ptx : all_ptx()) {
    INFO(ptx.rung->name << " by " << ptx.compiler);
    const std::vector<std::string> found = test::arithmetic_opcodes(test::ptx_entries(ptx.text));
    CHECK(kinds.emplace(ptx.rung->name, found).first->second == found);
    if (!division.contains(ptx.rung->name)) continue;
    std::vector<std::string> expected = {
        "add.rn.f32", "ex2.approx.f32", "fma.rn.f32", "lg2.approx.f32",
        "max.f32",    "mul.rn.f32",     "sub.rn.f32", division.at(ptx.rung->name)};
    std::sort(expected.begin(), expected.end());
    CHECK(found == expected);
  }
}

TEST_CASE("a flash attention warp keeps its rows in registers: their code stands row by row") {
  for (const RungPtx& ptx : all_ptx()) {
    if (ptx.rung->name != "flash_fwd/01_tiled") continue;
    for (const PtxEntry& entry : test::ptx_entries(ptx.text)) {
      const int rows = std::stoi(entry.name.substr(std::string("flash_fwd_tiled_q").size())) / 4;
      INFO(entry.name << " by " << ptx.compiler);
      CHECK(count(entry, "lg2.approx.f32") == rows);      // LSE
      CHECK(count(entry, "rcp.rn.f32") == rows);          // 1 / l
      CHECK(count(entry, "ex2.approx.f32") >= 2 * rows);  // p and the old maximum's factor
      CHECK(count(entry, "ex2.approx.f32") % (2 * rows) == 0);
      // q.k, l, and 8 columns of O a lane at D = 256.
      CHECK(count(entry, "fma.rn.f32") >= rows * (1 + 1 + 8));
      CHECK(count(entry, "bar.sync") == 2);
    }
  }
}

TEST_CASE("the three passes compute what belongs to each") {
  for (const RungPtx& ptx : all_ptx()) {
    if (ptx.rung->name != "standard/01_three_pass") continue;
    INFO(ptx.compiler);
    const std::vector<PtxEntry> entries = test::ptx_entries(ptx.text);
    const PtxEntry& scores = entry_named(entries, "standard_scores_kernel");
    const PtxEntry& softmax = entry_named(entries, "standard_softmax_kernel");
    const PtxEntry& output = entry_named(entries, "standard_output_kernel");
    CHECK(count(scores, "fma.rn.f32") >= 8);  // a warp's 8 rows
    CHECK(count(scores, "mul.rn.f32") >= 8);
    CHECK(count(scores, "mul.rn.f32") % 8 == 0);  // the scale
    CHECK(count(output, "fma.rn.f32") >= 64);     // 8 rows, 8 columns a lane
    CHECK(count(softmax, "fma.rn.f32") == 1);     // LSE
    CHECK(count(softmax, "lg2.approx.f32") == 1);
    CHECK(count(softmax, "ex2.approx.f32") >= 2);  // summed, then computed again
    CHECK(count(scores, "ex2.approx.f32") + count(output, "ex2.approx.f32") == 0);
    CHECK(count(scores, "bar.sync") == 1);
    CHECK(count(output, "bar.sync") == 2);
  }
}
