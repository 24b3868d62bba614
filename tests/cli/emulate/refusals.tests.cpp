// SPDX-License-Identifier: MIT
// attnlab emulate: what cannot run is refused in one sentence, and nothing runs.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

const std::string kKernels = ATTNLAB_SOURCE_DIR "/tests/cli/emulate/kernels/kernels.cu";

// `emulate` of the kernel `scale`, with some of its parts replaced.
struct Launch {
  std::string file = kKernels;
  std::string kernel = "scale";
  std::string grid = "4";
  std::string block = "256";
  Arguments arguments = {"f32[1000]=iota", "f32[1000]", "i32=1000", "f32=0.5"};
  Arguments more = {};

  Arguments words() const {
    Arguments words = {"emulate", file, "--grid", grid, "--block", block};
    if (!kernel.empty()) words.insert(words.end(), {"--kernel", kernel});
    for (const std::string& argument : arguments) words.insert(words.end(), {"--arg", argument});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

void check_refused(const Launch& launch, const std::vector<std::string>& pieces) {
  const Outcome outcome = attnlab(launch.words());
  INFO(command_line(launch.words()) << "\n" << outcome.err);
  CHECK(outcome.status == 2);
  CHECK(fault_of_refusal(outcome) == "none");
  for (const std::string& piece : pieces) {
    INFO(piece);
    CHECK(outcome.err.find(piece) != std::string::npos);
  }
}

TEST_CASE("the launch that the refusals below change one part of does run") {
  CHECK(attnlab(Launch{}.words()).status == 0);
}

TEST_CASE("a kernel that is not there, or is one of several, is refused with the candidates") {
  check_refused({.kernel = "scal"}, {"kernel \"scal\" is unknown", "did you mean \"scale\""});
  check_refused({.kernel = "copy"}, {"copy<char>", "copy<short>", "copy<double>"});
  check_refused({.kernel = ""}, {"choose one with --kernel", "scale(float const*"});
}

TEST_CASE("arguments that do not suit the kernel are refused") {
  check_refused({.arguments = {"f32[8]", "f32[8]", "i32=8"}},
                {"scale(float const*, float*, int, float) takes 4 arguments; 3 are given"});
  check_refused({.arguments = {}}, {"takes 4 arguments; 0 are given"});
  check_refused({.arguments = {"f32[8]", "f32[8]", "i64=8", "f32=1"}},
                {"--arg i64=8", "argument 2 of scale, int", "i32"});
  check_refused({.arguments = {"f32[8]", "f32[8]", "f32=8", "f32=1"}},
                {"argument 2 of scale, int"});
  check_refused({.arguments = {"f32[8]", "f32[8]", "i32=8", "i32=1"}},
                {"argument 3 of scale, float"});
  check_refused({.arguments = {"f32[8]", "i32[8]", "i32=8", "f32=1"}},
                {"argument 1 of scale, float*", "f32[N]"});
  check_refused({.arguments = {"f32[8]", "f32=8", "i32=8", "f32=1"}}, {"a pointer takes an array"});
  check_refused({.arguments = {"f32[8]", "f32[8]", "i32[8]", "f32=1"}}, {"a value is no array"});
  check_refused({.kernel = "index_sums", .arguments = {"u64[8]", "u64=8"}},
                {"argument 1 of index_sums", "4 bytes"});
}

TEST_CASE("an argument that cannot be read is refused by its text") {
  const ScratchFolder folder;
  write_file(folder.file("short.bin"), "123456");
  const std::string missing = folder.file("missing.bin");
  const std::vector<std::pair<std::string, std::string>> refusals = {
      {"f23[8]", "did you mean \"f32\""},
      {"f32[0]", "f32[0]"},
      {"f32[-1]", "number of elements"},
      {"f32[8", "TYPE[N]"},
      {"f32[]=zeros", "number of elements"},
      {"f32[9999999999999]", "f32[9999999999999]"},
      {"f32[100000000000]", "more than this machine has left"},
      {"f32[8]=zeroes", "did you mean \"zeros\""},
      {"f32[8]=normal", "seed"},
      {"f32[8]=normal:x", "seed"},
      {"i32[8]=normal:1", "uniform:SEED"},
      {"f32[8]=file:" + missing, missing},
      {"f32[8]=file:" + folder.file("short.bin"), "has 6 bytes; 8 elements of f32 are 32"},
      {"i32", "needs a value"},
      {"i32=", "no value of i32"},
      {"i32=3000000000", "no value of i32"},
      {"u8=256", "no value of u8"},
      {"u32=-1", "no value of u32"},
      {"i8=-129", "no value of i8"},
      {"f32=0.5x", "no value of f32"},
      {"", "type of --arg"},
  };
  for (const auto& [argument, piece] : refusals) {
    check_refused({.arguments = {argument, "f32[8]", "i32=8", "f32=1"}}, {piece});
  }
}

TEST_CASE("a grid or a block that no GPU takes is refused") {
  check_refused({.grid = "0"}, {"grid of 0 x 1 x 1"});
  check_refused({.grid = "1,0"}, {"grid of 1 x 0 x 1"});
  check_refused({.grid = "1,65536"}, {"65535"});
  check_refused({.grid = "1,2,3,4"}, {"--grid 1,2,3,4 is not X[,Y,Z]"});
  check_refused({.grid = "x"}, {"--grid x is not a whole number"});
  check_refused({.grid = "-4"}, {"--grid"});
  check_refused({.grid = "4,"}, {"--grid"});
  check_refused({.block = "1025"}, {"1025 x 1 x 1", "1024"});
  check_refused({.block = "32,32,2"}, {"at most 1024"});
  check_refused({.block = "1,1,65"}, {"z 1 to 64"});
  check_refused({.block = "0"}, {"blocks of 0 x 1 x 1"});
  check_refused({.more = {"--shared", "300000"}}, {"300000", "232448"});
  check_refused({.more = {"--shared", "-1"}}, {"--shared -1"});
  check_refused({.more = {"-j", "0"}}, {"--jobs 0"});
  check_refused({.more = {"--budget", "0"}}, {"--budget 0"});
}

TEST_CASE("what is missing of the launch is named") {
  for (const auto& [words, piece] : std::vector<std::pair<Arguments, std::string>>{
           {{"emulate"}, "emulate needs FILE"},
           {{"emulate", kKernels}, "needs --grid"},
           {{"emulate", kKernels, "--grid", "1"}, "needs --block"}}) {
    const Outcome outcome = attnlab(words);
    INFO(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.find(piece) != std::string::npos);
  }
}

TEST_CASE("a result that has no place to go is refused before anything runs") {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, std::string>> refusals = {
      {"1=" + folder.file("missing/y.bin"), "cannot be written"},
      {"1=" + folder.path(), "cannot be written"},
      {"1=/dev/full", "cannot be written"},
      {"1", "N=PATH"},
      {"1=", "N=PATH"},
      {"4=" + folder.file("y.bin"), "argument \"4\" is unknown"},
      {"z=" + folder.file("y.bin"), "argument \"z\" is unknown"},
      {"2=" + folder.file("y.bin"), "argument 2 is no array"},
  };
  for (const auto& [out, piece] : refusals) check_refused({.more = {"--out", out}}, {piece});
  check_refused({.more = {"--log", folder.file("missing/run.alog")}}, {"cannot be written"});
  check_refused({.grid = "0", .more = {"--out", "1=" + folder.file("y.bin")}}, {"grid of 0"});
  CHECK(folder.names().empty());
}

TEST_CASE("a file that is no kernel is refused by name") {
  const ScratchFolder folder;
  const auto refuse = [&](const std::string& name, const std::string& text,
                          const std::string& piece) {
    write_file(folder.file(name), text);
    check_refused({.file = folder.file(name), .kernel = ""}, {piece});
  };
  check_refused({.file = folder.file("missing.cu")}, {"missing.cu", "No such file"});
  check_refused({.file = folder.path() + "/"}, {"cannot read"});
  refuse("kernel.txt", "text", "neither a .cu nor a .ptx file");
  refuse("empty.ptx", "", "empty.ptx");
  refuse("words.ptx", "these are words", "words.ptx:1");
  refuse("nothing.ptx", ".version 8.0\n.target sm_80\n.address_size 64\n", "has no kernel");
  refuse("unknown.ptx",
         ".version 8.0\n.target sm_80\n.address_size 64\n.entry k(.param .u64 a, .param .u64 b, "
         ".param .u32 c, .param .f32 d)\n{\n  frobnicate.b32 0;\n  ret;\n}\n",
         "unknown.ptx:6");
}

TEST_CASE("options for .cu files are refused with PTX") {
  const ScratchFolder folder;
  write_file(folder.file("k.ptx"), ".version 8.0\n.target sm_80\n.address_size 64\n");
  for (const Arguments& more :
       {Arguments{"--compiler", "clang"}, Arguments{"-I", "."}, Arguments{"-D", "X=1"}}) {
    check_refused({.file = folder.file("k.ptx"), .more = more}, {"are for a .cu file"});
  }
  check_refused({.more = {"--compiler", "gcc"}}, {"--compiler \"gcc\" is unknown"});
}

TEST_CASE("source that does not compile is answered with the compiler's text") {
  const ScratchFolder folder;
  write_file(folder.file("broken.cu"), "__global__ void k(int* x) { x[0] = y; }\n");
  const Outcome outcome = attnlab(
      {"emulate", folder.file("broken.cu"), "--grid", "1", "--block", "1", "--arg", "i32[1]"});
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("use of undeclared identifier 'y'") != std::string::npos);
  CHECK(outcome.err.find("broken.cu:1:") != std::string::npos);
  CHECK(outcome.err.find("attnlab: " + folder.file("broken.cu") + " does not compile") !=
        std::string::npos);
  CHECK(folder.names() == std::vector<std::string>{"broken.cu"});
}

TEST_CASE("without a compiler, emulate says what to install and exits 3") {
  const Outcome outcome = attnlab(Launch{.more = {"--compiler", "clang"}}.words(),
                                  {.environment = {"PATH=/nonexistent"}});
  INFO(outcome.err);
  CHECK(outcome.status == 3);
  CHECK(fault_of_refusal(outcome) == "none");
  CHECK(outcome.err.find("apt-get install clang-19") != std::string::npos);
}

}  // namespace
}  // namespace attnlab::tests
