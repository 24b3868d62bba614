// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <string_view>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

// A type of cvt. 8-bit numbers lie in the low bits of 16-bit sources and of 32-bit results.
struct ConvertedType {
  const char* name;
  Draw draw;
  Result result;
  int bits;
};
constexpr ConvertedType kIntegers[] = {
    {"u8", Draw::kInteger16, Result::k32, 8},   {"s8", Draw::kInteger16, Result::k32, 8},
    {"u16", Draw::kInteger16, Result::k16, 16}, {"s16", Draw::kInteger16, Result::k16, 16},
    {"u32", Draw::kInteger32, Result::k32, 32}, {"s32", Draw::kInteger32, Result::k32, 32},
    {"u64", Draw::kInteger64, Result::k64, 64}, {"s64", Draw::kInteger64, Result::k64, 64}};
constexpr ConvertedType kF16 = {"f16", Draw::kF16, Result::k16, 16};
constexpr ConvertedType kBf16 = {"bf16", Draw::kBf16, Result::k16, 16};
constexpr ConvertedType kF32 = {"f32", Draw::kF32, Result::k32, 32};
constexpr ConvertedType kF64 = {"f64", Draw::kF64, Result::k64, 64};
constexpr ConvertedType kFloats[] = {kF16, kBf16, kF32, kF64};

constexpr const char* kRoundings[] = {".rn", ".rz", ".rm", ".rp"};
constexpr const char* kIntegerRoundings[] = {".rni", ".rzi", ".rmi", ".rpi"};

void add_one(FormList& forms, const std::string& modifiers, const ConvertedType& to,
             const ConvertedType& from) {
  forms.add(fmt::format("cvt{}.{}.{}", modifiers, to.name, from.name), to.result, {from.draw});
}

// Whether every number of a type is one of another; else there is .sat.
bool holds_all(const ConvertedType& to, const ConvertedType& from) {
  const bool to_signed = to.name[0] == 's';
  const bool from_signed = from.name[0] == 's';
  if (to_signed == from_signed) return to.bits >= from.bits;
  return to_signed && to.bits > from.bits;
}

void add_integers(FormList& forms) {
  forms.family("convert");
  for (const ConvertedType& to : kIntegers) {
    for (const ConvertedType& from : kIntegers) {
      add_one(forms, "", to, from);
      if (!holds_all(to, from)) add_one(forms, ".sat", to, from);
    }
  }
  // Into and out of wider registers.
  for (const char* type : {"u8", "s8", "u16", "s16"}) {
    for (const char* from : {"u32", "s64"}) {
      const Draw draw = from[1] == '3' ? Draw::kInteger32 : Draw::kInteger64;
      forms.add_body(fmt::format("cvt.{}.{} into 64 bits", type, from), {Result::k64}, {draw},
                     fmt::format("cvt.{}.{} %d0, %s0;", type, from));
      forms.add_body(fmt::format("cvt.{1}.{0} out of wider", type, from), {Result::k64}, {draw},
                     fmt::format("cvt.{1}.{0} %d0, %s0;", type, from));
    }
  }
}

bool is_bf16(const ConvertedType& type) {
  return type.draw == Draw::kBf16;
}

// bf16 and integers of 16 bits or more: from compute capability 9.0.
void add_to_float(FormList& forms, const ConvertedType& to) {
  forms.family("convert", is_bf16(to) ? 90 : 80);
  for (const ConvertedType& from : kIntegers) {
    if (is_bf16(to) && from.bits == 8) continue;
    for (const char* rounding : kRoundings) {
      add_one(forms, rounding, to, from);
      if (!is_bf16(to)) add_one(forms, fmt::format("{}.sat", rounding), to, from);
    }
  }
}
void add_to_integer(FormList& forms, const ConvertedType& from) {
  forms.family("convert", is_bf16(from) ? 90 : 80);
  const bool may_flush = from.draw == Draw::kF32;
  for (const ConvertedType& to : kIntegers) {
    if (is_bf16(from) && to.bits == 8) continue;
    for (const char* rounding : kIntegerRoundings) {
      add_one(forms, rounding, to, from);
      if (may_flush) add_one(forms, fmt::format("{}.ftz", rounding), to, from);
      if (!is_bf16(from)) add_one(forms, fmt::format("{}.sat", rounding), to, from);
    }
  }
}

void add_floats(FormList& forms) {
  forms.family("convert");
  for (const char* rounding : kRoundings) {
    for (const char* saturate : {"", ".sat"}) {
      const std::string both = fmt::format("{}{}", rounding, saturate);
      add_one(forms, both, kF16, kF32);
      add_one(forms, both, kF16, kF64);
      add_one(forms, both, kF32, kF64);
      add_one(forms, fmt::format("{}.ftz{}", rounding, saturate), kF16, kF32);
      add_one(forms, fmt::format("{}.ftz{}", rounding, saturate), kF32, kF64);
    }
  }
  for (const char* modifiers : {"", ".sat", ".ftz", ".ftz.sat"}) {
    add_one(forms, modifiers, kF32, kF16);
    add_one(forms, modifiers, kF64, kF32);
    add_one(forms, modifiers, kF32, kF32);
  }
  for (const char* modifiers : {"", ".sat"}) {
    add_one(forms, modifiers, kF64, kF16);
    add_one(forms, modifiers, kF64, kF64);
    add_one(forms, modifiers, kF16, kF16);
  }
  for (const char* rounding : kIntegerRoundings) {
    for (const char* saturate : {"", ".sat"}) {
      for (const ConvertedType& t : {kF16, kF32, kF64}) {
        add_one(forms, fmt::format("{}{}", rounding, saturate), t, t);
      }
      add_one(forms, fmt::format("{}.ftz{}", rounding, saturate), kF32, kF32);
    }
  }
}

void add_bf16(FormList& forms) {
  forms.family("convert");
  for (const char* modifiers : {".rn", ".rz", ".rn.relu", ".rz.relu"}) {
    add_one(forms, modifiers, kBf16, kF32);
  }
  add_one(forms, "", kF32, kBf16);
  forms.family("convert", 90);
  for (const char* rounding : {".rm", ".rp"}) add_one(forms, rounding, kBf16, kF32);
  for (const char* rounding : kRoundings) {
    add_one(forms, rounding, kBf16, kF16);
    add_one(forms, rounding, kBf16, kF64);
    add_one(forms, rounding, kF16, kBf16);
  }
  add_one(forms, "", kF64, kBf16);
  for (const char* rounding : kIntegerRoundings) add_one(forms, rounding, kBf16, kBf16);
}

// Two f32 into a pair, and one into tf32.
void add_pairs(FormList& forms) {
  for (const char* modifiers : {".rn", ".rz", ".rn.relu", ".rz.relu"}) {
    forms.family("convert");
    for (const char* type : {"f16x2", "bf16x2"}) {
      forms.add(fmt::format("cvt{}.{}.f32", modifiers, type), Result::k32,
                {Draw::kF32, Draw::kF32});
    }
    if (std::string_view(modifiers).ends_with("relu")) add_one(forms, modifiers, kF16, kF32);
    forms.family("convert", 90);
    forms.add(fmt::format("cvt{}.tf32.f32", modifiers), Result::k32, {Draw::kF32});
  }
  forms.family("convert");
  forms.add("cvt.rna.tf32.f32", Result::k32, {Draw::kF32});
}

void add_8_bit_floats(FormList& forms) {
  forms.family("convert", 90);
  for (const char* type : {"e4m3x2", "e5m2x2"}) {
    for (const char* relu : {"", ".relu"}) {
      forms.add(fmt::format("cvt.rn.satfinite{}.{}.f32", relu, type), Result::k16,
                {Draw::kF32, Draw::kF32});
      forms.add(fmt::format("cvt.rn.satfinite{}.{}.f16x2", relu, type), Result::k16,
                {Draw::kF16x2});
      forms.add(fmt::format("cvt.rn{}.f16x2.{}", relu, type), Result::k32, {Draw::kInteger16});
    }
  }
}

void add_pack(FormList& forms) {
  forms.family("convert");
  for (const char* type : {"u16", "s16"}) {
    forms.add(fmt::format("cvt.pack.sat.{}.s32", type), Result::k32,
              {Draw::kInteger32, Draw::kInteger32});
  }
  for (const char* type : {"u2", "u4", "u8", "s2", "s4", "s8"}) {
    forms.add(fmt::format("cvt.pack.sat.{}.s32.b32", type), Result::k32,
              {Draw::kInteger32, Draw::kInteger32, Draw::kInteger32});
  }
}

}  // namespace

void add_convert_forms(FormList& forms) {
  add_integers(forms);
  for (const ConvertedType& type : kFloats) {
    add_to_float(forms, type);
    add_to_integer(forms, type);
  }
  add_floats(forms);
  add_bf16(forms);
  add_pairs(forms);
  add_8_bit_floats(forms);
  add_pack(forms);
}

}  // namespace attnlab::probe
