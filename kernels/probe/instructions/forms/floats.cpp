// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

constexpr Draw kF32 = Draw::kF32;
constexpr Draw kF64 = Draw::kF64;
constexpr const char* kRoundings[] = {".rn", ".rz", ".rm", ".rp"};
constexpr const char* kRoundingsOrNone[] = {"", ".rn", ".rz", ".rm", ".rp"};

void add_sums_f32(FormList& forms) {
  for (const char* flush : {"", ".ftz"}) {
    for (const char* saturate : {"", ".sat"}) {
      for (const char* rounding : kRoundingsOrNone) {
        for (const char* name : {"add", "sub", "mul"}) {
          forms.add(fmt::format("{}{}{}{}.f32", name, rounding, flush, saturate), Result::k32,
                    {kF32, kF32});
        }
      }
      for (const char* rounding : kRoundings) {
        for (const char* name : {"fma", "mad"}) {
          forms.add(fmt::format("{}{}{}{}.f32", name, rounding, flush, saturate), Result::k32,
                    {kF32, kF32, kF32});
        }
      }
    }
    forms.add(fmt::format("abs{}.f32", flush), Result::k32, {kF32});
    forms.add(fmt::format("neg{}.f32", flush), Result::k32, {kF32});
    for (const char* nan : {"", ".NaN"}) {
      for (const char* sign : {"", ".xorsign.abs"}) {
        // .xorsign.abs came with compute capability 8.6.
        forms.family("float32", *sign == '\0' ? 80 : 90);
        forms.add(fmt::format("min{}{}{}.f32", flush, nan, sign), Result::k32, {kF32, kF32});
        forms.add(fmt::format("max{}{}{}.f32", flush, nan, sign), Result::k32, {kF32, kF32});
      }
    }
    forms.family("float32");
  }
}

void add_special(FormList& forms) {
  for (const char* flush : {"", ".ftz"}) {
    for (const char* rounding : {".rn", ".rz", ".rm", ".rp", ".approx"}) {
      forms.add(fmt::format("div{}{}.f32", rounding, flush), Result::k32, {kF32, kF32});
      forms.add(fmt::format("rcp{}{}.f32", rounding, flush), Result::k32, {kF32});
      forms.add(fmt::format("sqrt{}{}.f32", rounding, flush), Result::k32, {kF32});
    }
    forms.add(fmt::format("div.full{}.f32", flush), Result::k32, {kF32, kF32});
    for (const char* name : {"rsqrt", "ex2", "lg2", "sin", "cos"}) {
      forms.add(fmt::format("{}.approx{}.f32", name, flush), Result::k32, {kF32});
    }
  }
  forms.add("tanh.approx.f32", Result::k32, {kF32});
  forms.add("ex2.approx.f16", Result::k16, {Draw::kF16});
  forms.add("ex2.approx.f16x2", Result::k32, {Draw::kF16x2});
  forms.add("tanh.approx.f16", Result::k16, {Draw::kF16});
  forms.add("tanh.approx.f16x2", Result::k32, {Draw::kF16x2});
  forms.family("special", 90);
  forms.add("ex2.approx.ftz.bf16", Result::k16, {Draw::kBf16});
  forms.add("ex2.approx.ftz.bf16x2", Result::k32, {Draw::kBf16x2});
  forms.add("tanh.approx.bf16", Result::k16, {Draw::kBf16});
  forms.add("tanh.approx.bf16x2", Result::k32, {Draw::kBf16x2});
}

void add_f64(FormList& forms) {
  for (const char* rounding : kRoundingsOrNone) {
    for (const char* name : {"add", "sub", "mul"}) {
      forms.add(fmt::format("{}{}.f64", name, rounding), Result::k64, {kF64, kF64});
    }
  }
  for (const char* rounding : kRoundings) {
    forms.add(fmt::format("fma{}.f64", rounding), Result::k64, {kF64, kF64, kF64});
    forms.add(fmt::format("mad{}.f64", rounding), Result::k64, {kF64, kF64, kF64});
    forms.add(fmt::format("div{}.f64", rounding), Result::k64, {kF64, kF64});
    forms.add(fmt::format("rcp{}.f64", rounding), Result::k64, {kF64});
    forms.add(fmt::format("sqrt{}.f64", rounding), Result::k64, {kF64});
  }
  for (const char* name : {"rcp.approx.ftz", "rsqrt.approx", "rsqrt.approx.ftz", "abs", "neg"}) {
    forms.add(fmt::format("{}.f64", name), Result::k64, {kF64});
  }
  forms.add("min.f64", Result::k64, {kF64, kF64});
  forms.add("max.f64", Result::k64, {kF64, kF64});
}

}  // namespace

void add_float_forms(FormList& forms) {
  forms.family("float32");
  add_sums_f32(forms);
  forms.family("special");
  add_special(forms);
  forms.family("float64");
  add_f64(forms);
}

}  // namespace attnlab::probe
