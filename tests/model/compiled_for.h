// SPDX-License-Identifier: MIT
#pragma once

namespace attnlab::model::test {

// The instruction set that the models beside this function were compiled for: "avx2" or "baseline".
const char* compiled_for();

}  // namespace attnlab::model::test
