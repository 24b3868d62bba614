// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

constexpr Draw k32 = Draw::kInteger32;

Draw divisor(const IntegerType& type) {
  return type.bits == 16 ? Draw::kNonZero16 : type.bits == 32 ? Draw::kNonZero32 : Draw::kNonZero64;
}

// Division by zero is left out: PTX says that it is machine-specific.
void add_plain(FormList& forms) {
  for (const IntegerType& t : integer_types()) {
    for (const char* name : {"add", "sub", "mul.lo", "mul.hi", "min", "max"}) {
      forms.add(fmt::format("{}.{}", name, t.name), t.result, {t.draw, t.draw});
    }
    for (const char* name : {"div", "rem"}) {
      forms.add(fmt::format("{}.{}", name, t.name), t.result, {t.draw, divisor(t)});
    }
    for (const char* name : {"mad.lo", "mad.hi", "sad"}) {
      forms.add(fmt::format("{}.{}", name, t.name), t.result, {t.draw, t.draw, t.draw});
    }
    if (!t.is_signed) continue;
    for (const char* name : {"abs", "neg"}) {
      forms.add(fmt::format("{}.{}", name, t.name), t.result, {t.draw});
    }
  }
  forms.add("add.sat.s32", Result::k32, {k32, k32});
  forms.add("sub.sat.s32", Result::k32, {k32, k32});
  forms.add("mad.hi.sat.s32", Result::k32, {k32, k32, k32});
}

void add_wide(FormList& forms) {
  for (const IntegerType& t : integer_types()) {
    if (t.bits == 64) continue;
    const Result result = t.bits == 16 ? Result::k32 : Result::k64;
    const Draw sum = t.bits == 16 ? k32 : Draw::kInteger64;
    forms.add("mul.wide." + t.name, result, {t.draw, t.draw});
    forms.add("mad.wide." + t.name, result, {t.draw, t.draw, sum});
  }
}

void add_24_bits(FormList& forms) {
  for (const char* half : {"lo", "hi"}) {
    for (const char* type : {"u32", "s32"}) {
      forms.add(fmt::format("mul24.{}.{}", half, type), Result::k32, {k32, k32});
      forms.add(fmt::format("mad24.{}.{}", half, type), Result::k32, {k32, k32, k32});
    }
  }
  forms.add("mad24.hi.sat.s32", Result::k32, {k32, k32, k32});
}

void add_dot_products(FormList& forms) {
  for (const char* a : {"u32", "s32"}) {
    for (const char* b : {"u32", "s32"}) {
      for (const char* name : {"dp4a", "dp2a.lo", "dp2a.hi"}) {
        forms.add(fmt::format("{}.{}.{}", name, a, b), Result::k32, {k32, k32, k32});
      }
    }
  }
}

// Chains of three: what the carry is comes out of the last.
void add_carry(FormList& forms) {
  for (const IntegerType& t : integer_types()) {
    if (t.bits == 16) continue;
    const std::vector<Result> three = {t.result, t.result, t.result};
    const std::vector<Draw> four = {t.draw, t.draw, t.draw, t.draw};
    for (const char* name : {"add", "sub"}) {
      forms.add_body(fmt::format("{0}.cc.{1}; {0}c.cc.{1}; {0}c.{1}", name, t.name), three, four,
                     fmt::format("{0}.cc.{1} %d0, %s0, %s1;\n  {0}c.cc.{1} %d1, %s2, %s3;\n"
                                 "  {0}c.{1} %d2, %s0, %s2;",
                                 name, t.name));
    }
    for (const char* half : {"lo", "hi"}) {
      forms.add_body(fmt::format("mad.{0}.cc.{1}; madc.{0}.cc.{1}; madc.{0}.{1}", half, t.name),
                     three, four,
                     fmt::format("mad.{0}.cc.{1} %d0, %s0, %s1, %s2;\n"
                                 "  madc.{0}.cc.{1} %d1, %s1, %s2, %s3;\n"
                                 "  madc.{0}.{1} %d2, %s0, %s3, %s1;",
                                 half, t.name));
    }
  }
}

// From compute capability 9.0.
void add_packed(FormList& forms) {
  forms.family("integer", 90);
  for (const char* name : {"add", "min", "max"}) {
    for (const char* type : {"u16x2", "s16x2"}) {
      forms.add(fmt::format("{}.{}", name, type), Result::k32,
                {Draw::kInteger16x2, Draw::kInteger16x2});
    }
  }
  for (const char* name : {"min", "max"}) {
    forms.add(fmt::format("{}.relu.s16x2", name), Result::k32,
              {Draw::kInteger16x2, Draw::kInteger16x2});
    forms.add(fmt::format("{}.relu.s32", name), Result::k32, {k32, k32});
  }
}

}  // namespace

void add_integer_forms(FormList& forms) {
  forms.family("integer");
  add_plain(forms);
  add_wide(forms);
  add_24_bits(forms);
  add_dot_products(forms);
  add_carry(forms);
  add_packed(forms);
}

}  // namespace attnlab::probe
