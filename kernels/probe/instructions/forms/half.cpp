// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

// A 16-bit format, one value or two.
struct HalfType {
  const char* name;
  Draw draw;
  Result result;
  bool is_bf16;
};
constexpr HalfType kTypes[] = {{"f16", Draw::kF16, Result::k16, false},
                               {"f16x2", Draw::kF16x2, Result::k32, false},
                               {"bf16", Draw::kBf16, Result::k16, true},
                               {"bf16x2", Draw::kBf16x2, Result::k32, true}};

// bf16 has neither .ftz nor .sat.
void add_sums(FormList& forms, const HalfType& t) {
  for (const char* flush : {"", ".ftz"}) {
    for (const char* limit : {"", ".sat", ".relu"}) {
      const bool relu = limit[0] == '.' && limit[1] == 'r';
      if (t.is_bf16 && (*flush != '\0' || (*limit != '\0' && !relu))) continue;
      forms.family("half", 80);
      forms.add(fmt::format("fma.rn{}{}.{}", flush, limit, t.name), t.result,
                {t.draw, t.draw, t.draw});
      if (relu) continue;
      forms.family("half", t.is_bf16 ? 90 : 80);
      for (const char* name : {"add", "sub", "mul"}) {
        for (const char* rounding : {"", ".rn"}) {
          forms.add(fmt::format("{}{}{}{}.{}", name, rounding, flush, limit, t.name), t.result,
                    {t.draw, t.draw});
        }
      }
    }
  }
}

void add_extrema(FormList& forms, const HalfType& t) {
  for (const char* flush : {"", ".ftz"}) {
    if (t.is_bf16 && *flush != '\0') continue;
    forms.family("half", 80);
    forms.add(fmt::format("abs{}.{}", flush, t.name), t.result, {t.draw});
    forms.add(fmt::format("neg{}.{}", flush, t.name), t.result, {t.draw});
    for (const char* nan : {"", ".NaN"}) {
      for (const char* sign : {"", ".xorsign.abs"}) {
        forms.family("half", *sign == '\0' ? 80 : 90);
        for (const char* name : {"min", "max"}) {
          forms.add(fmt::format("{}{}{}{}.{}", name, flush, nan, sign, t.name), t.result,
                    {t.draw, t.draw});
        }
      }
    }
  }
}

}  // namespace

void add_half_forms(FormList& forms) {
  for (const HalfType& type : kTypes) {
    add_sums(forms, type);
    add_extrema(forms, type);
  }
}

}  // namespace attnlab::probe
