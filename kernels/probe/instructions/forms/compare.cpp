// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <string>
#include <vector>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

// A type that is compared, and the comparisons it has.
struct Compared {
  std::string type;
  Draw draw;
  int architecture;
  bool may_flush;
  bool packed;
  std::vector<const char*> comparisons;
};

std::vector<Compared> compared_types() {
  const std::vector<const char*> floats = {"eq",  "ne",  "lt",  "le",  "gt",  "ge",  "equ",
                                           "neu", "ltu", "leu", "gtu", "geu", "num", "nan"};
  std::vector<Compared> types = {{"f32", Draw::kF32, 80, true, false, floats},
                                 {"f64", Draw::kF64, 80, false, false, floats},
                                 {"f16", Draw::kF16, 80, true, false, floats},
                                 {"f16x2", Draw::kF16x2, 80, true, true, floats},
                                 {"bf16", Draw::kBf16, 90, false, false, floats},
                                 {"bf16x2", Draw::kBf16x2, 90, false, true, floats}};
  for (const IntegerType& t : bit_types()) {
    types.push_back({t.name, t.draw, 80, false, false, {"eq", "ne"}});
  }
  for (const IntegerType& t : integer_types()) {
    std::vector<const char*> comparisons = {"eq", "ne", "lt", "le", "gt", "ge"};
    if (!t.is_signed) comparisons.insert(comparisons.end(), {"lo", "ls", "hi", "hs"});
    types.push_back({t.name, t.draw, 80, false, false, comparisons});
  }
  return types;
}

// setp.CmpOp{.ftz}.type p, a, b and setp.CmpOp.BoolOp{.ftz}.type p|q, a, b, c. The packed types have
// two results always.
void add_setp(FormList& forms, const Compared& of, const char* compare, const char* flush) {
  constexpr Result kPredicate = Result::kPredicate;
  const std::string plain = fmt::format("setp.{}{}.{}", compare, flush, of.type);
  if (of.packed) {
    forms.add_body(plain, {kPredicate, kPredicate}, {of.draw, of.draw},
                   plain + " %d0|%d1, %s0, %s1;");
  } else {
    forms.add(plain, kPredicate, {of.draw, of.draw});
  }
  // PTX has no second result for the scalar 16-bit floats.
  const bool one_result = of.type == "f16" || of.type == "bf16";
  for (const char* combine : {"and", "or", "xor"}) {
    const std::string name = fmt::format("setp.{}.{}{}.{}", compare, combine, flush, of.type);
    if (one_result) {
      forms.add(name, kPredicate, {of.draw, of.draw, Draw::kPredicate});
      continue;
    }
    forms.add_body(name, {kPredicate, kPredicate}, {of.draw, of.draw, Draw::kPredicate},
                   name + " %d0|%d1, %s0, %s1, %s2;");
  }
}

// The destination types of set for a source type.
std::vector<std::string> destinations(const Compared& of) {
  if (of.type == "f16x2") return {"f16x2"};
  if (of.type == "bf16x2") return {"bf16x2"};
  if (of.type == "f16") return {"f16", "u16", "s16", "u32", "s32"};
  if (of.type == "bf16") return {"bf16", "u16", "s16", "u32", "s32"};
  return {"u32", "s32", "f32"};
}

// set.CmpOp{.BoolOp}{.ftz}.dtype.stype d, a, b{, c}; the BoolOp is another one for each comparison.
void add_set(FormList& forms, const Compared& of, std::size_t compare, const char* flush) {
  static constexpr const char* kCombine[] = {"and", "or", "xor"};
  for (const std::string& to : destinations(of)) {
    const Result result = to.ends_with("x2") || to.ends_with("32") ? Result::k32 : Result::k16;
    forms.add(fmt::format("set.{}{}.{}.{}", of.comparisons[compare], flush, to, of.type), result,
              {of.draw, of.draw});
    forms.add(fmt::format("set.{}.{}{}.{}.{}", of.comparisons[compare], kCombine[compare % 3],
                          flush, to, of.type),
              result, {of.draw, of.draw, Draw::kPredicate});
  }
}

void add_comparisons(FormList& forms, const Compared& of) {
  forms.family("compare", of.architecture);
  for (std::size_t i = 0; i < of.comparisons.size(); ++i) {
    for (const char* flush : {"", ".ftz"}) {
      if (*flush != '\0' && !of.may_flush) continue;
      add_setp(forms, of, of.comparisons[i], flush);
      add_set(forms, of, i, flush);
    }
  }
}

struct SelectedType {
  const char* name;
  Draw draw;
  Result result;
};
std::vector<SelectedType> selected_types() {
  std::vector<SelectedType> types = {{"f32", Draw::kF32, Result::k32},
                                     {"f64", Draw::kF64, Result::k64}};
  for (const IntegerType& t : bit_types()) types.push_back({t.name.c_str(), t.draw, t.result});
  for (const IntegerType& t : integer_types()) types.push_back({t.name.c_str(), t.draw, t.result});
  return types;
}

void add_selections(FormList& forms) {
  forms.family("compare");
  for (const SelectedType& t : selected_types()) {
    forms.add(fmt::format("selp.{}", t.name), t.result, {t.draw, t.draw, Draw::kPredicate});
    forms.add(fmt::format("slct.{}.s32", t.name), t.result, {t.draw, t.draw, Draw::kInteger32});
    forms.add(fmt::format("slct.{}.f32", t.name), t.result, {t.draw, t.draw, Draw::kF32});
    forms.add(fmt::format("slct.ftz.{}.f32", t.name), t.result, {t.draw, t.draw, Draw::kF32});
  }
  for (const char* test : {"finite", "infinite", "number", "notanumber", "normal", "subnormal"}) {
    forms.add(fmt::format("testp.{}.f32", test), Result::kPredicate, {Draw::kF32});
    forms.add(fmt::format("testp.{}.f64", test), Result::kPredicate, {Draw::kF64});
  }
  forms.add("copysign.f32", Result::k32, {Draw::kF32, Draw::kF32});
  forms.add("copysign.f64", Result::k64, {Draw::kF64, Draw::kF64});
}

}  // namespace

void add_compare_forms(FormList& forms) {
  for (const Compared& type : compared_types()) add_comparisons(forms, type);
  add_selections(forms);
}

}  // namespace attnlab::probe
