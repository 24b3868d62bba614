// SPDX-License-Identifier: MIT
// The digest of an answer sees every bit of it.
#include "kernels/outputs.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "sim/numerics/host_device.h"

using attnlab::kernels::digest_of;
using attnlab::kernels::Outputs;
using attnlab::numerics::bits_of;
using attnlab::numerics::float_of_bits;

namespace {

Outputs some_outputs() {
  Outputs outputs;
  for (int i = 0; i < 100; ++i) outputs.o.push_back(0.25f * static_cast<float>(i));
  for (int i = 0; i < 10; ++i) outputs.lse_nat.push_back(1.0f / static_cast<float>(i + 1));
  return outputs;
}

}  // namespace

TEST_CASE("a digest is XXH3's of 128 bits, in 32 hexadecimal digits") {
  CHECK(digest_of({}) == "99aa06d3014798d86001c324468d497f");  // xxHash's own value for no bytes
  const std::string digest = digest_of(some_outputs());
  CHECK(digest.size() == 32);
  CHECK(digest.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(digest_of(some_outputs()) == digest);
}

TEST_CASE("every single bit of every output changes the digest") {
  Outputs outputs = some_outputs();
  std::set<std::string> digests = {digest_of(outputs)};
  std::size_t changes = 0;
  for (std::vector<float>* tensor : {&outputs.o, &outputs.lse_nat}) {
    for (float& value : *tensor) {
      for (int bit = 0; bit < 32; ++bit) {
        const float before = value;
        value = float_of_bits(bits_of(value) ^ 1u << bit);
        digests.insert(digest_of(outputs));
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
    return digest_of({{float_of_bits(bits)}, {}});
  };
  CHECK(digest_of_value(0x00000000u) != digest_of_value(0x80000000u));
  CHECK(digest_of_value(0x7fffffffu) != digest_of_value(0x7fc00000u));
  CHECK(digest_of_value(0x7fffffffu) != digest_of_value(0xffffffffu));
  CHECK(digest_of_value(0x7fffffffu) == digest_of_value(0x7fffffffu));
}

TEST_CASE("two elements that change places change the digest") {
  Outputs swapped = some_outputs();
  std::swap(swapped.o[3], swapped.o[97]);
  CHECK(digest_of(swapped) != digest_of(some_outputs()));
  Outputs exchanged = some_outputs();
  std::swap(exchanged.o[0], exchanged.lse_nat[0]);
  CHECK(digest_of(exchanged) != digest_of(some_outputs()));
}
