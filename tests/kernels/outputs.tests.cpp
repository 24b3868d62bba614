// SPDX-License-Identifier: MIT
// The digest of an answer sees every bit of it.
#include "kernels/outputs.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "sim/numerics/host_device.h"

using namespace attnlab::kernels;
using attnlab::model::Role;
using attnlab::numerics::bits_of;
using attnlab::numerics::float_of_bits;

namespace {

// O (100) and LSE (10).
struct Numbers {
  std::vector<float> o;
  std::vector<float> lse_nat;
};

Numbers some_numbers() {
  Numbers numbers;
  for (int i = 0; i < 100; ++i) numbers.o.push_back(0.25f * static_cast<float>(i));
  for (int i = 0; i < 10; ++i) numbers.lse_nat.push_back(1.0f / static_cast<float>(i + 1));
  return numbers;
}

std::string digest_of_numbers(const Numbers& numbers) {
  Workspace workspace;
  workspace[Tensor::kO] = numbers.o;
  workspace[Tensor::kLse] = numbers.lse_nat;
  const auto spec = [](Tensor tensor, const std::vector<float>& values) {
    return TensorSpec{tensor, Role::kOutput, ElementType::kF32, std::ssize(values)};
  };
  return digest_of(
      outputs_of(workspace, {spec(Tensor::kO, numbers.o), spec(Tensor::kLse, numbers.lse_nat)}));
}

}  // namespace

TEST_CASE("a digest is XXH3's of 128 bits, in 32 hexadecimal digits") {
  CHECK(digest_of(Outputs{}) ==
        "99aa06d3014798d86001c324468d497f");  // xxHash's own value for no bytes
  const std::string digest = digest_of_numbers(some_numbers());
  CHECK(digest.size() == 32);
  CHECK(digest.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(digest_of_numbers(some_numbers()) == digest);
}

TEST_CASE("every single bit of every output changes the digest") {
  Numbers numbers = some_numbers();
  std::set<std::string> digests = {digest_of_numbers(numbers)};
  std::size_t changes = 0;
  for (std::vector<float>* tensor : {&numbers.o, &numbers.lse_nat}) {
    for (float& value : *tensor) {
      for (int bit = 0; bit < 32; ++bit) {
        const float before = value;
        value = float_of_bits(bits_of(value) ^ 1u << bit);
        digests.insert(digest_of_numbers(numbers));
        value = before;
        ++changes;
      }
    }
  }
  CHECK(changes == 110 * 32);
  CHECK(digests.size() == changes + 1);
}

TEST_CASE("minus zero is not plus zero, and a NaN is its bits") {
  const auto digest_of_value = [](std::uint32_t bits) {
    return digest_of_numbers({{float_of_bits(bits)}, {}});
  };
  CHECK(digest_of_value(0x00000000u) != digest_of_value(0x80000000u));
  CHECK(digest_of_value(0x7fffffffu) != digest_of_value(0x7fc00000u));
  CHECK(digest_of_value(0x7fffffffu) != digest_of_value(0xffffffffu));
  CHECK(digest_of_value(0x7fffffffu) == digest_of_value(0x7fffffffu));
}

TEST_CASE("two elements that change places change the digest") {
  Numbers swapped = some_numbers();
  std::swap(swapped.o[3], swapped.o[97]);
  CHECK(digest_of_numbers(swapped) != digest_of_numbers(some_numbers()));
  Numbers exchanged = some_numbers();
  std::swap(exchanged.o[0], exchanged.lse_nat[0]);
  CHECK(digest_of_numbers(exchanged) != digest_of_numbers(some_numbers()));
}

TEST_CASE("a 16-bit output is its two bytes an element, and reads back as the numbers it holds") {
  for (const ElementType type : {ElementType::kF16, ElementType::kBf16}) {
    Workspace workspace;
    workspace[Tensor::kO] = {1.0f, -2.5f, 0.0f, -0.0f, 65504.0f * 0, 3.0f};
    const Outputs outputs = outputs_of(workspace, {{Tensor::kO, Role::kOutput, type, 6}});
    REQUIRE(outputs.size() == 1);
    CHECK(outputs[0].bytes.size() == 12);
    CHECK(numbers_of(outputs, Tensor::kO) == workspace[Tensor::kO]);
    CHECK_THROWS(numbers_of(outputs, Tensor::kLse));
  }
}

TEST_CASE("scratch and inputs are no outputs") {
  Workspace workspace;
  workspace[Tensor::kQ] = {1};
  workspace[Tensor::kS] = {2};
  workspace[Tensor::kKPages] = {3};
  const Outputs outputs =
      outputs_of(workspace, {{Tensor::kQ, Role::kInput, ElementType::kF32, 1},
                             {Tensor::kS, Role::kScratch, ElementType::kF32, 1},
                             {Tensor::kKPages, Role::kUpdated, ElementType::kF32, 1}});
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0].tensor == Tensor::kKPages);
}
