// SPDX-License-Identifier: MIT
#include "tests/model/compiled_for.h"

namespace attnlab::model::test {

const char* compiled_for() {
#if defined(__AVX2__) && defined(__FMA__)
  return "avx2";
#else
  return "baseline";
#endif
}

}  // namespace attnlab::model::test
