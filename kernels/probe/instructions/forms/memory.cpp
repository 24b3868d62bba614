// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

constexpr Draw k32 = Draw::kInteger32;
constexpr Draw k64 = Draw::kInteger64;

void add_moves(FormList& forms) {
  forms.family("move");
  forms.add("mov.pred", Result::kPredicate, {Draw::kPredicate});
  for (const IntegerType& t : bit_types()) forms.add("mov." + t.name, t.result, {t.draw});
  for (const IntegerType& t : integer_types()) forms.add("mov." + t.name, t.result, {t.draw});
  forms.add("mov.f32", Result::k32, {Draw::kF32});
  forms.add("mov.f64", Result::k64, {Draw::kF64});
  forms.add_body("mov.b32 of two", {Result::k32}, {Draw::kInteger16, Draw::kInteger16},
                 "mov.b32 %d0, {%s0, %s1};");
  forms.add_body("mov.b32 into two", {Result::k16, Result::k16}, {k32}, "mov.b32 {%d0, %d1}, %s0;");
  forms.add_body("mov.b64 of two", {Result::k64}, {k32, k32}, "mov.b64 %d0, {%s0, %s1};");
  forms.add_body("mov.b64 into two", {Result::k32, Result::k32}, {k64}, "mov.b64 {%d0, %d1}, %s0;");
  forms.add_body("mov.b64 of four", {Result::k64},
                 {Draw::kInteger16, Draw::kInteger16, Draw::kInteger16, Draw::kInteger16},
                 "mov.b64 %d0, {%s0, %s1, %s2, %s3};");
  forms.add_body("mov.b64 into four", {Result::k16, Result::k16, Result::k16, Result::k16}, {k64},
                 "mov.b64 {%d0, %d1, %d2, %d3}, %s0;");
  for (const char* name : {"laneid", "lanemask_eq", "lanemask_le", "lanemask_lt", "lanemask_ge",
                           "lanemask_gt", "tid.x", "tid.y", "ntid.x", "ctaid.x", "nctaid.x"}) {
    forms.add_body(fmt::format("mov.u32 %{}", name), {Result::k32}, {k32},
                   fmt::format("mov.u32 %d0, %{};", name));
  }
}

// Where generic addresses of this thread's operands and shared cell are.
void add_address_spaces(FormList& forms) {
  for (const char* space : {"global", "shared", "local"}) {
    forms.add_body(fmt::format("isspacep.{}", space), {Result::kPredicate, Result::kPredicate},
                   {k32},
                   fmt::format("cvta.global.u64 %u0, %in;\n  cvta.shared.u64 %u1, %cell;\n"
                               "  isspacep.{0} %d0, %u0;\n  isspacep.{0} %d1, %u1;",
                               space));
  }
  forms.add_body("cvta.shared.u64 there and back", {Result::k32}, {k32},
                 "st.shared.u32 [%cell], %s0;\n  cvta.shared.u64 %u0, %cell;\n"
                 "  cvta.to.shared.u64 %u1, %u0;\n  ld.shared.u32 %d0, [%u1];");
  forms.add_body("ld of a generic address", {Result::k32, Result::k32}, {k32},
                 "st.shared.u32 [%cell], %s0;\n  cvta.shared.u64 %u0, %cell;\n"
                 "  ld.u32 %d0, [%u0];\n  cvta.global.u64 %u1, %in;\n  ld.u32 %d1, [%u1];");
}

// Numbers narrower than the register: extended as their type says.
void add_narrow(FormList& forms) {
  for (const char* type : {"u8", "s8", "b8", "u16", "s16", "b16", "u32", "s32"}) {
    forms.add_body(fmt::format("ld.global.{} into 64 bits", type), {Result::k64}, {k64},
                   fmt::format("ld.global.{} %d0, [%in];", type));
    if (type[1] == '3') continue;
    forms.add_body(fmt::format("ld.global.{} into 32 bits", type), {Result::k32}, {k64},
                   fmt::format("ld.global.{} %d0, [%in+1];", type[1] == '8' ? type : "u8"));
    forms.add_body(fmt::format("st.shared.{}", type), {Result::k64}, {k64, k32},
                   fmt::format("st.shared.b64 [%cell], %s0;\n  st.shared.{} [%cell+2], %s1;\n"
                               "  ld.shared.b64 %d0, [%cell];",
                               type));
  }
}

void add_vectors(FormList& forms) {
  forms.add_body("ld.global.v2.u16", {Result::k16, Result::k16}, {k64},
                 "ld.global.v2.u16 {%d0, %d1}, [%in+4];");
  forms.add_body("ld.global.v4.s8", {Result::k32, Result::k32, Result::k32, Result::k32}, {k64},
                 "ld.global.v4.s8 {%d0, %d1, %d2, %d3}, [%in+4];");
  forms.add_body("ld.global.v2.b32", {Result::k32, Result::k32}, {k64},
                 "ld.global.v2.b32 {%d0, %d1}, [%in];");
  forms.add_body("st.shared.v2.f32", {Result::k64}, {Draw::kF32, Draw::kF32},
                 "st.shared.v2.f32 [%cell], {%s0, %s1};\n  ld.shared.b64 %d0, [%cell];");
  forms.add_body("st.shared.v4.b16", {Result::k64},
                 {Draw::kInteger16, Draw::kInteger16, Draw::kInteger16, Draw::kInteger16},
                 "st.shared.v4.b16 [%cell], {%s0, %s1, %s2, %s3};\n  ld.shared.b64 %d0, [%cell];");
}

}  // namespace

void add_memory_forms(FormList& forms) {
  add_moves(forms);
  add_address_spaces(forms);
  forms.family("memory");
  add_narrow(forms);
  add_vectors(forms);
}

}  // namespace attnlab::probe
