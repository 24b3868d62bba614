// SPDX-License-Identifier: MIT
// attnlab_launch, on a driver without a GPU (tests/gpu/fake) that knows a few kernels by name.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/check/gpu/command.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

const std::string kFake = "ATTNLAB_LIBCUDA=" ATTNLAB_FAKE_LIBCUDA " ";
const std::string kNoDriver = "ATTNLAB_LIBCUDA=/nowhere/libcuda.so.1 ";

// The fake driver loads everything that begins like PTX.
class Image {
 public:
  Image() { write_file(path(), "// PTX\n"); }
  std::string path() const { return folder_.file("image.ptx"); }
  CommandResult launch(const std::string& words, const std::string& environment = kFake) const {
    return run_command(environment + ATTNLAB_LAUNCH " " + path() + " " + words);
  }

 private:
  ScratchFolder folder_;
};

void check_refused(const std::string& words, const std::string& sentence) {
  const CommandResult result = Image().launch(words, kNoDriver);
  INFO(words);
  CHECK(result.status == 2);
  CHECK(result.text == "attnlab_launch: " + sentence + "\n");
}

TEST_CASE("a launch passes numbers and arrays, and shows what the kernel wrote") {
  const CommandResult result = Image().launch(
      "mufu_list_kernel --grid 2,3 --block 20 --arg i32=0 --arg f32[4]=iota --arg f32[4] "
      "--arg u32=4 --json");
  REQUIRE(result.status == 0);
  const auto json = nlohmann::json::parse(result.text);
  CHECK(json["gpu"] == "Fake H200");
  CHECK(json["grid"] == nlohmann::json({2, 3, 1}));
  CHECK(json["arguments"][1]["first"] == nlohmann::json({0.0, 1.0, 2.0, 3.0}));
  CHECK(json["arguments"][2]["first"] == nlohmann::json({1.0, 2.0, 4.0, 8.0}));  // ex2
  CHECK(json["arguments"][3]["value"] == 4);
}

TEST_CASE("the digest of an array is the one that the emulator prints") {
  const std::string words = " --grid 1 --block 32 --arg i32[32]=iota";
  const ScratchFolder folder;
  write_file(folder.file("k.ptx"),
             ".version 8.0\n.target sm_80\n.address_size 64\n"
             ".visible .entry k(.param .u64 p) {\n"
             "  .reg .b32 %r; .reg .b64 %d;\n  ld.param.u64 %d, [p];\n"
             "  cvta.to.global.u64 %d, %d;\n  ld.global.u8 %r, [%d];\n  xor.b32 %r, %r, 0x55;\n"
             "  st.global.u8 [%d], %r;\n  ret;\n}\n");
  const CommandResult emulated =
      run_command(ATTNLAB_PROGRAM " emulate --json --check none " + folder.file("k.ptx") + words);
  REQUIRE(emulated.status == 0);
  const CommandResult launched = Image().launch("scribble_kernel --json" + words);
  REQUIRE(launched.status == 0);
  CHECK(nlohmann::json::parse(emulated.text)["arguments"] ==
        nlohmann::json::parse(launched.text)["arguments"]);
}

TEST_CASE("every repetition starts from the same content") {
  const std::string words = "scribble_kernel --grid 1 --block 1 --arg u8[4]=zeros";
  CHECK(Image().launch(words + " --repeat 2").text == Image().launch(words).text);
}

TEST_CASE("an array without a value is filled where that is asked for") {
  const CommandResult result =
      Image().launch("scribble_kernel --grid 1 --block 1 --arg u8[3] --fill");
  CHECK(result.status == 0);
  CHECK(result.text.find("  158 203 203\n") != std::string::npos);  // 0xcb, one xor 0x55
}

TEST_CASE("without digests a line names the launch and nothing is copied back") {
  const CommandResult result =
      Image().launch("scribble_kernel --grid 1 --block 1 --arg u8[3] --no-digests");
  CHECK(result.status == 0);
  CHECK(result.text == "scribble_kernel  grid 1 x 1 x 1, block 1 x 1 x 1, on Fake H200\n");
}

TEST_CASE("bad input is refused in one sentence, without a GPU too") {
  check_refused("", "KERNEL is required");
  check_refused("k --grid 1,2,3,4 --block 1", "--grid 1,2,3,4 is not X[,Y,Z]");
  check_refused("k --grid 1 --block 0", "--block 0 is not a whole number from 1 to 2147483647");
  check_refused("k --grid 1 --block 1 --arg i16=3",
                "--arg i16=3: a single number is passed to a GPU in 4 or 8 bytes; i16 has 2");
  check_refused("k --grid 1 --block 1 --repeat 0",
                "--repeat 0 is not a whole number from 1 to 1000000");
}

TEST_CASE("what the GPU refuses is bad input") {
  const std::string shape = " --grid 1 --block 1";
  CHECK(Image().launch("missing_kernel" + shape).status == 2);
  CHECK(Image().launch("scribble_kernel --arg i32=3" + shape).status == 2);
  CHECK(Image().launch("scribble_kernel --arg u8[3] --grid 1 --block 2000").status == 2);
}

TEST_CASE("without a driver the program says so with status 3") {
  const CommandResult result = Image().launch("k --grid 1 --block 1", kNoDriver);
  CHECK(result.status == 3);
  CHECK(result.text.rfind("attnlab_launch: no NVIDIA driver: ", 0) == 0);
}

}  // namespace
}  // namespace attnlab::tests
