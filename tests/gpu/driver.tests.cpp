// SPDX-License-Identifier: MIT
#include "kernels/gpu/driver.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>

#include "kernels/gpu/device.h"
#include "tests/gpu/fake/fake_driver.h"

using namespace attnlab::gpu;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

TEST_CASE("a missing driver library is named in the reason") {
  REQUIRE_THROWS_AS(Driver::open("/nowhere/libcuda.so.1"), NoGpu);
  CHECK_THAT(sentence_of([] { Driver::open("/nowhere/libcuda.so.1"); }),
             StartsWith("no NVIDIA driver: /nowhere/libcuda.so.1 was not found"));
}

TEST_CASE("a driver without a later entry point is called too old and the entry point is named") {
  CHECK(sentence_of([] { Driver::open(ATTNLAB_OLD_LIBCUDA); }) ==
        "the NVIDIA driver is too old: its library has no cuDriverGetVersion");
}

TEST_CASE("a driver that does not start gives the error's name") {
  fake().init_result = 803;
  REQUIRE_THROWS_AS(open_fake(), NoGpu);
  CHECK(sentence_of([] { open_fake(); }) ==
        "the NVIDIA driver does not start: cuInit failed: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (some "
        "text)");
}

TEST_CASE("a driver that finds no device, in either of its two ways, is a driver without a GPU") {
  fake().init_result = 100;
  CHECK_THAT(sentence_of([] { open_fake(); }), StartsWith("an NVIDIA driver is here but no GPU") &&
                                                   ContainsSubstring("CUDA_ERROR_NO_DEVICE"));
  fake().init_result = 0;
  fake().device_count = 0;
  REQUIRE_THROWS_AS(open_fake(), NoGpu);
  CHECK_THAT(sentence_of([] { open_fake(); }), StartsWith("an NVIDIA driver is here but no GPU"));
}

TEST_CASE("an error without a name is given by its number") {
  const auto driver = open_fake();
  CHECK(driver->describe(12345) == "error 12345");
  CHECK(driver->describe(2) == "CUDA_ERROR_OUT_OF_MEMORY (out of memory)");
}

TEST_CASE("a failed call throws its own name without the library's suffix, and keeps the code") {
  const auto driver = open_fake();
  fake().alloc_result = 2;
  DevicePointer pointer = 0;
  try {
    driver->cuMemAlloc(&pointer, 16);
    FAIL("the call did not throw");
  } catch (const GpuError& error) {
    CHECK(std::string(error.what()) ==
          "cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY (out of memory)");
    CHECK(error.code() == 2);
  }
}

TEST_CASE("the environment names another library for the machine's driver") {
  setenv("ATTNLAB_LIBCUDA", "/nowhere/else.so", 1);
  CHECK(Driver::instance() == nullptr);
  CHECK_THAT(Driver::why_absent(), StartsWith("no NVIDIA driver: /nowhere/else.so"));
  CHECK(sentence_of([] { Device::open_first(); }) == Driver::why_absent());
}

TEST_CASE("the machine's driver is opened once and then kept") {
  setenv("ATTNLAB_LIBCUDA", ATTNLAB_FAKE_LIBCUDA, 1);
  fake();
  const Driver* driver = Driver::instance();
  REQUIRE(driver != nullptr);
  CHECK(Driver::why_absent().empty());
  setenv("ATTNLAB_LIBCUDA", "/nowhere/else.so", 1);
  CHECK(Driver::instance() == driver);
  CHECK(Device::open_first()->properties().name == "Fake H200");
}
