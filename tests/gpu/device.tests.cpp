// SPDX-License-Identifier: MIT
#include "kernels/gpu/device.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>
#include <vector>

#include "kernels/gpu/buffer.h"
#include "tests/gpu/fake/fake_driver.h"

using namespace attnlab::gpu;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

constexpr const char* kPtx = "// PTX";

// A healthy fake GPU with a module on it.
struct Gpu {
  std::unique_ptr<const Driver> driver = open_fake();
  Device device{*driver};
  Module module{device, kPtx};
};

const LaunchShape kOneWarp = {.grid = {1}, .block = {32}};

}  // namespace

TEST_CASE("a device's properties are what the driver says") {
  const Gpu gpu;
  const DeviceProperties& properties = gpu.device.properties();
  CHECK(properties.name == "Fake H200");
  CHECK(properties.compute_capability == ComputeCapability{9, 0});
  CHECK(properties.sm_count == 132);
  CHECK(properties.max_shared_bytes_per_block == 227 * 1024);
  CHECK(properties.memory_bytes == std::int64_t{1} << 32);
  CHECK(gpu.device.free_memory_bytes() == std::int64_t{1} << 31);
  CHECK_THAT(properties.driver, ContainsSubstring("CUDA 13.0"));
}

TEST_CASE("a GPU beyond the last is refused with their number") {
  const auto driver = open_fake();
  CHECK(sentence_of([&] { Device(*driver, 1); }) == "there is no GPU 1: the driver lists 1");
}

TEST_CASE("arguments of every kind reach the kernel as they were given") {
  const Gpu gpu;
  const Buffer buffer(gpu.device, "data", 64);
  const std::int64_t large = -(std::int64_t{1} << 40);
  gpu.module.kernel("marshalling_kernel")
      .run({.grid = {3, 2, 5}, .block = {32, 4}, .dynamic_shared_bytes = 1000},
           {buffer, -7, 2.5f, large});
  CHECK(fake().seen_pointer == reinterpret_cast<const void*>(buffer.address()));
  CHECK(fake().seen_int == -7);
  CHECK(fake().seen_float == 2.5f);
  CHECK(fake().seen_long == large);
  CHECK(std::vector(fake().grid, fake().grid + 3) == std::vector<unsigned int>{3, 2, 5});
  CHECK(std::vector(fake().block, fake().block + 3) == std::vector<unsigned int>{32, 4, 1});
  CHECK(fake().dynamic_shared_bytes == 1000);
}

TEST_CASE("a wrong number or size of arguments is refused before the launch") {
  const Gpu gpu;
  const Buffer buffer(gpu.device, "data", 64);
  const Kernel kernel = gpu.module.kernel("marshalling_kernel");
  CHECK(sentence_of([&] {
          kernel.run(kOneWarp, {buffer, 1, 2.0f});
        }) == "marshalling_kernel takes 4 parameters, not 3");
  CHECK(sentence_of([&] {
          kernel.run(kOneWarp, {buffer, 1, 2.0, std::int64_t{3}});
        }) == "marshalling_kernel: parameter 3 has 4 bytes, not 8");
  CHECK(fake().launches == 0);
}

TEST_CASE("an empty or oversized grid or block is refused with the limit") {
  const Gpu gpu;
  const Buffer buffer(gpu.device, "data", 64);
  const Kernel kernel = gpu.module.kernel("scribble_kernel");
  const auto refusal = [&](const LaunchShape& shape) {
    return sentence_of([&] { kernel.run(shape, {buffer}); });
  };
  CHECK(refusal({.grid = {0}, .block = {32}}) ==
        "scribble_kernel: a grid of 0 x 1 x 1 cannot be launched: each must be from 1 to "
        "2147483647 x 65535 x 65535");
  CHECK_THAT(refusal({.grid = {1, 65536}, .block = {32}}),
             StartsWith("scribble_kernel: a grid of"));
  CHECK_THAT(refusal({.grid = {1}, .block = {1, 1, 65}}),
             ContainsSubstring("a block of 1 x 1 x 65"));
  CHECK(refusal({.grid = {1}, .block = {512, 4}}) ==
        "scribble_kernel: a block of 2048 threads cannot be launched: the limit is 1024");
  CHECK_THAT(
      refusal({.grid = {1}, .block = {32}, .dynamic_shared_bytes = 232449}),
      ContainsSubstring("232449 bytes of dynamic shared memory") && ContainsSubstring("232448"));
  CHECK(fake().launches == 0);
}

TEST_CASE("more than 48 KiB of shared memory is asked for by the function attribute, less is not") {
  const Gpu gpu;
  const Buffer buffer(gpu.device, "data", 64);
  const Kernel kernel = gpu.module.kernel("scribble_kernel");
  kernel.run({.grid = {1}, .block = {32}, .dynamic_shared_bytes = 48 * 1024}, {buffer});
  CHECK(fake().allowed_dynamic_shared_bytes == 0);
  kernel.run({.grid = {1}, .block = {32}, .dynamic_shared_bytes = 100000}, {buffer});
  CHECK(fake().allowed_dynamic_shared_bytes == 100000);
}

TEST_CASE("a launch that the driver refuses and a kernel that dies are told apart") {
  const Gpu gpu;
  const Buffer buffer(gpu.device, "data", 64);
  const Kernel kernel = gpu.module.kernel("scribble_kernel");
  fake().launch_result = 701;
  CHECK_THAT(sentence_of([&] { kernel.run(kOneWarp, {buffer}); }),
             StartsWith("cuLaunchKernel of scribble_kernel failed: "
                        "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"));
  fake().launch_result = 0;
  fake().synchronize_result = 700;
  CHECK_THAT(sentence_of([&] { kernel.run(kOneWarp, {buffer}); }),
             StartsWith("running scribble_kernel failed: CUDA_ERROR_ILLEGAL_ADDRESS"));
}

TEST_CASE("an unknown kernel and a damaged image are refused with what the driver says") {
  const Gpu gpu;
  CHECK_THAT(sentence_of([&] { gpu.module.kernel("no_kernel"); }),
             StartsWith("cuModuleGetFunction of no_kernel failed: CUDA_ERROR_NOT_FOUND"));
  CHECK_THAT(sentence_of([&] { Module(gpu.device, "garbage"); }),
             ContainsSubstring("CUDA_ERROR_INVALID_IMAGE") &&
                 ContainsSubstring("the assembler says: line 1: syntax error"));
}

TEST_CASE("a failed allocation names the buffer and its size") {
  const Gpu gpu;
  fake().alloc_result = 2;
  CHECK(sentence_of([&] { Buffer(gpu.device, "the tensor K", 4096); }) ==
        "allocating 4096 bytes for the tensor K failed: CUDA_ERROR_OUT_OF_MEMORY (out of memory)");
}

TEST_CASE("buffers free their memory once, moved from or not") {
  const Gpu gpu;
  {
    Buffer first(gpu.device, "first", 100);
    const Buffer second = std::move(first);
    CHECK(fake().live_allocations == 1);
  }
  CHECK(fake().live_allocations == 0);
}

TEST_CASE(
    "a buffer starts as NaN in every word, keeps what is uploaded, and can be poisoned again") {
  const Gpu gpu;
  Buffer buffer(gpu.device, "data", 12);
  std::array<std::uint32_t, 3> words = {};
  buffer.download(std::span(words));
  CHECK(words == std::array<std::uint32_t, 3>{0x7fa5a5a5u, 0x7fa5a5a5u, 0x7fa5a5a5u});
  const std::array<float, 3> values = {1.0f, -0.0f, std::numeric_limits<float>::infinity()};
  buffer.upload(std::span(values));
  std::array<float, 3> back = {};
  buffer.download(std::span(back));
  CHECK(back == values);
  buffer.poison();
  buffer.download(std::span(words));
  CHECK(words[2] == 0x7fa5a5a5u);
}

TEST_CASE("a buffer copies another of its size on the device") {
  const Gpu gpu;
  Buffer from(gpu.device, "from", 12);
  Buffer to(gpu.device, "to", 12);
  const std::array<float, 3> values = {1.0f, 2.0f, 3.0f};
  from.upload(std::span(values));
  to.copy_from(from);
  std::array<float, 3> back = {};
  to.download(std::span(back));
  CHECK(back == values);
  to.check_guards();
  const Buffer larger(gpu.device, "larger", 16);
  CHECK(sentence_of([&] { to.copy_from(larger); }) == "to has 12 bytes, not 16");
}

TEST_CASE("a copy of the wrong size is refused") {
  const Gpu gpu;
  Buffer buffer(gpu.device, "data", 12);
  const std::array<float, 4> values = {};
  CHECK(sentence_of([&] { buffer.upload(std::span(values)); }) == "data has 12 bytes, not 16");
}

TEST_CASE("a byte written anywhere in a guard zone is found, and inside the data it is not") {
  const Gpu gpu;
  const Kernel scribble = gpu.module.kernel("scribble_kernel");
  // Sizes that end on a word, in the middle of one, and at once.
  for (const std::ptrdiff_t bytes : {64, 63, 61, 2, 0}) {
    for (const std::ptrdiff_t offset :
         {std::ptrdiff_t{-1}, std::ptrdiff_t{-256}, bytes, bytes + 1, bytes + 255}) {
      const Buffer buffer(gpu.device, "data", static_cast<std::size_t>(bytes));
      buffer.check_guards();
      fake().stray_write_offset = offset;
      scribble.run(kOneWarp, {buffer});
      CHECK(sentence_of([&] { buffer.check_guards(); }) ==
            "a kernel wrote outside of data, at byte " + std::to_string(offset) + ": it has " +
                std::to_string(bytes) + " bytes");
    }
    for (const std::ptrdiff_t offset : {std::ptrdiff_t{0}, bytes - 1}) {
      if (offset < 0 || offset >= bytes) continue;
      const Buffer buffer(gpu.device, "data", static_cast<std::size_t>(bytes));
      fake().stray_write_offset = offset;
      scribble.run(kOneWarp, {buffer});
      CHECK_NOTHROW(buffer.check_guards());
    }
  }
}

TEST_CASE("host memory for copies is plain where the system refuses to pin") {
  const Gpu gpu;
  fake().pin_result = 2;
  HostBuffer host(gpu.device, 100);
  REQUIRE(host.bytes().size() == 100);
  const Buffer buffer(gpu.device, "data", 100);
  const Stream stream(gpu.device);
  buffer.download_async(host.bytes(), stream);
  stream.synchronize();
  CHECK(host.bytes()[1] == std::byte{0xa5});
}

TEST_CASE("events measure in milliseconds") {
  const Gpu gpu;
  Event start(gpu.device);
  Event end(gpu.device);
  start.record();
  end.record();
  CHECK(end.milliseconds_since(start) == 1.5f);
}
