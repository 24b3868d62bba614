// SPDX-License-Identifier: MIT
// sanitize.bash and who_finds_what.bash on a few kernels, with
// fake_sanitizer.bash in compute-sanitizer's place.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tests/check/gpu/command.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

const std::string kScripts = ATTNLAB_SOURCE_DIR "/tests/check/gpu/";

class Corpus {
 public:
  Corpus() {
    add("planted", "racy", "race-shared");
    add("planted", "endless", "sync-barrier");
    add("clean", "calm", "");
    add("clean", "noisy", "");
  }

  void add(const std::string& set, const std::string& kernel, const std::string& finding) const {
    const std::string folder = folder_.file(set + "/some");
    std::filesystem::create_directories(folder);
    write_file(folder + "/" + kernel + ".cu",
               "// emulate: --grid 1 --block 32 --arg f32[4]\n" +
                   (finding.empty() ? "" : "// finding: " + finding + "\n"));
  }

  CommandResult sanitize() const {
    return run_command("COMPUTE_SANITIZER=" + kScripts +
                       "fake_sanitizer.bash LAUNCHES=" + folder_.file("launches") +
                       " ATTNLAB_SECONDS=1 ATTNLAB_JOBS=4 " + kScripts + "sanitize.bash launch " +
                       "images " + folder_.path() + " " + folder_.file("out"));
  }

  std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  ScratchFolder folder_;
};

const std::string kHead =
    "set,class,kernel,expected,memcheck,racecheck,initcheck,synccheck,memcheck_report,"
    "racecheck_report,initcheck_report,synccheck_report\n";
const std::string kPlantedRows =
    "planted,some,endless,sync-barrier,0,0,0,1,\"\",\"no end within 1 s\",\"\","
    "\"Barrier error detected. Divergent thread(s) in block.\"\n"
    "planted,some,racy,race-shared,0,1,0,0,\"\",\"Error: Race reported between Write access at "
    "racy+0xd0 in racy.cu:12 and Read access at racy+0xb0 in racy.cu:11 [64 hazards]\",\"\",\"\"\n";
const std::string kCleanRows =
    "clean,some,calm,none,0,0,0,0,\"\",\"\",\"\",\"\"\n"
    "clean,some,noisy,none,0,0,1,0,\"\",\"\","
    "\"Uninitialized __global__ memory read of size 4 bytes,  x \",\"\"\n";

TEST_CASE("every tool's first report on every kernel becomes a row") {
  const Corpus corpus;
  const CommandResult result = corpus.sanitize();
  CHECK(result.text == "4 of 4 kernels, 4 tools each: 0 runs failed, 1 had no end\n");
  CHECK(result.status == 0);
  CHECK(read_file(corpus.file("out/sanitizer_corpus.csv")) == kHead + kPlantedRows + kCleanRows);
  CHECK(read_file(corpus.file("out/sanitizer_reports.txt")).find("$ clean.some.calm.memcheck\n") !=
        std::string::npos);
}

TEST_CASE("a kernel is launched as its head says, with nothing copied back") {
  const Corpus corpus;
  REQUIRE(corpus.sanitize().status == 0);
  CHECK(
      read_file(corpus.file("launches"))
          .find("images/planted/some.cubin racy --grid 1 --block 32 --arg f32[4] --no-digests\n") !=
      std::string::npos);
}

TEST_CASE("a tool that could not run is told from one that found nothing") {
  const Corpus corpus;
  corpus.add("planted", "refused", "race-global");
  const CommandResult result = corpus.sanitize();
  CHECK(result.status == 1);
  CHECK(result.text == "5 of 5 kernels, 4 tools each: 1 runs failed, 1 had no end\n");
  CHECK(read_file(corpus.file("out/sanitizer_corpus.csv"))
            .find("refused,race-global,0,0,failed,0,\"\",\"\",\"Device not supported\",\"\"\n") !=
        std::string::npos);
}

// Our results, and what the table of both says.
CommandResult table(const ScratchFolder& folder, const std::string& ours) {
  write_file(folder.file("ours.csv"), "set,class,kernel,expected,found\n" + ours);
  write_file(folder.file("tools.csv"), kHead + kPlantedRows + kCleanRows);
  return run_command(kScripts + "who_finds_what.bash " + folder.file("ours.csv") + " " +
                     folder.file("tools.csv"));
}

TEST_CASE("the table counts by kind who found what") {
  const ScratchFolder folder;
  const CommandResult result = table(folder,
                                     "planted,some,endless,sync-barrier,race-shared\n"
                                     "planted,some,racy,race-shared,\"race-shared race-equal\"\n"
                                     "clean,some,calm,none,none\n"
                                     "clean,some,noisy,,\n");
  CHECK(result.status == 0);
  CHECK(result.text ==
        "| kind | kernels | attnlab | memcheck | racecheck | initcheck | synccheck | any of the "
        "four |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| race-shared | 1 | 1 | 0 | 1 | 0 | 0 | 1 |\n"
        "| sync-barrier | 1 | 0 | 0 | 0 | 0 | 1 | 1 |\n"
        "| **all planted: found** | 2 | 1 | 0 | 1 | 0 | 1 | 2 |\n"
        "| **clean: wrongly reported** | 2 | 0 | 0 | 0 | 1 | 0 | 1 |\n"
        "\nRuns in which the kernel had no end in the time that a tool had: 1.\n");
}

TEST_CASE("a kernel that only one of the two results has is refused") {
  const ScratchFolder folder;
  const CommandResult result = table(folder, "planted,some,racy,race-shared,race-shared\n");
  CHECK(result.status == 2);
  CHECK(result.text.find("in one file only:") != std::string::npos);
  CHECK(result.text.find("clean/some/noisy") != std::string::npos);
}

}  // namespace
}  // namespace attnlab::tests
