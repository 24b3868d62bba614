// SPDX-License-Identifier: MIT
// Every planted fault is found, at its lines, and nothing else; nothing is found in clean kernels.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>

#include "tests/check/corpus.h"

using namespace attnlab::tests;
namespace ptx = attnlab::ptx;

namespace {

// In ascending order, or, where the fault needs another, in one of these; clean kernels in all.
std::string wrong_with(const CorpusKernel& kernel, const std::string& compiler) {
  std::string wrong;
  for (const std::uint64_t seed : {0, 1, 2, 3}) {
    wrong = judged(kernel, run(kernel, compiler, seed));
    const bool settled =
        kernel.needs_seed ? wrong.empty() : !kernel.finding.empty() || !wrong.empty();
    if (settled) break;
  }
  return wrong;
}

void check_all(const std::string& set, const std::string& compiler) {
  std::size_t count = 0;
  std::string sentences;
  for (const CorpusKernel& kernel : corpus()) {
    if (kernel.set != set) continue;
    ++count;
    const std::string wrong = wrong_with(kernel, compiler);
    if (!wrong.empty()) sentences += kernel.class_name + "/" + kernel.name + " " + wrong + "\n";
  }
  INFO(sentences);
  CHECK(sentences.empty());
  REQUIRE(count >= 60);
}

bool has_nvcc() {
  const std::filesystem::path folder = ATTNLAB_CORPUS_PTX_FOLDER;
  return std::filesystem::exists(folder / "clean_own.nvcc.ptx");
}

}  // namespace

TEST_CASE("every planted fault is found at its lines, in clang's code") {
  check_all("planted", "clang");
}

TEST_CASE("nothing is found in right kernels, in clang's code, in any order") {
  check_all("clean", "clang");
}

TEST_CASE("every planted fault is found at its lines, in nvcc's code") {
  if (!has_nvcc()) SKIP("nvcc is not here");
  check_all("planted", "nvcc");
}

TEST_CASE("nothing is found in right kernels, in nvcc's code, in any order") {
  if (!has_nvcc()) SKIP("nvcc is not here");
  check_all("clean", "nvcc");
}

// For gpu/who_finds_what.bash: check_results.csv in the build's folder of this test.
TEST_CASE("what is found in each kernel of the corpus, as a table", "[.evidence]") {
  std::ofstream table(std::filesystem::path(ATTNLAB_CORPUS_PTX_FOLDER) / "check_results.csv");
  table << "set,class,kernel,expected,found\n";
  for (const CorpusKernel& kernel : corpus()) {
    std::set<std::string> kinds;
    for (const std::uint64_t seed : {0, 1, 2, 3}) {
      if (seed != 0 && !kernel.needs_seed) continue;
      const CorpusResult result = run(kernel, "nvcc", seed);
      for (const ptx::Finding& finding : result.findings) kinds.insert(name_of(finding.kind));
      if (result.fault) kinds.insert("sync-barrier");
    }
    table << kernel.set << ',' << kernel.class_name << ',' << kernel.name << ',' << kernel.finding
          << ',';
    for (const std::string& kind : kinds) table << kind << ' ';
    table << '\n';
  }
  table.close();
  CHECK(table.good());
}

TEST_CASE("each kind of finding is planted") {
  std::set<std::string> kinds;
  for (const CorpusKernel& kernel : corpus()) kinds.insert(kernel.finding);
  for (const char* kind : {"race-shared", "race-global", "race-equal", "uninitialised-shared",
                           "uninitialised-global", "sync-mask", "sync-source", "sync-barrier"}) {
    INFO(kind);
    CHECK(kinds.count(kind) == 1);
  }
}

TEST_CASE("the judge accepts neither another kind, nor another line, nor a second finding") {
  CorpusKernel kernel;
  kernel.finding = "race-shared";
  kernel.lines = {4, 7};
  ptx::Finding race;
  race.access.line = 7;
  race.earlier.emplace().line = 4;
  ptx::KernelFault::Place place;
  place.line = 4;
  const ptx::KernelFault hangs(ptx::FaultKind::kDeadlock, "it hangs", place, "");
  CHECK(judged(kernel, {{race}, {}}).empty());
  CHECK_FALSE(judged(kernel, {{}, {}}).empty());
  CHECK_FALSE(judged(kernel, {{race}, hangs}).empty());
  ptx::Finding other = race;
  other.earlier->line = 5;
  CHECK_FALSE(judged(kernel, {{other}, {}}).empty());
  other = race;
  other.kind = ptx::FindingKind::kUninitialisedShared;
  CHECK_FALSE(judged(kernel, {{race, other}, {}}).empty());
  kernel.finding = "sync-barrier";
  CHECK(judged(kernel, {{}, hangs}).empty());
  kernel.lines = {5};
  CHECK_FALSE(judged(kernel, {{}, hangs}).empty());
  kernel.finding.clear();
  CHECK_FALSE(judged(kernel, {{race}, {}}).empty());
  CHECK(judged(kernel, {{}, {}}).empty());
}
