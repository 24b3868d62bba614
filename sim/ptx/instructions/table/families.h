// SPDX-License-Identifier: MIT
// The instruction families: each fills its rows of the table in. To add one: write the file, name
// it here, in table.cpp's list and in CMakeLists.txt.
#pragma once

#include "sim/ptx/instructions/isa.h"
#include "sim/ptx/instructions/table/table.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

void add_integer(InstructionTable& table);  // add sub mul mad sad div rem abs neg min max, carry
void add_bits(InstructionTable& table);     // and or xor not lop3 shl shr shf prmt bfe bfi …
void add_compare(InstructionTable& table);  // setp set selp slct, all types
void add_move(InstructionTable& table);     // mov, cvta, vectors packed and unpacked
void add_float32(InstructionTable& table);  // f32 arithmetic, every rounding
void add_special(InstructionTable& table);  // ex2 lg2 sin cos tanh rcp rsqrt sqrt div .approx
void add_float64(InstructionTable& table);  // f64 arithmetic
void add_half(InstructionTable& table);     // f16, bf16, scalar and packed
void add_convert(InstructionTable& table);  // cvt
void add_memory(InstructionTable& table);   // ld st ldu prefetch, every space and width
void add_atomics(InstructionTable& table);  // atom red
void add_warp(InstructionTable& table);     // shfl vote match activemask redux elect
void add_synchronise(InstructionTable& table);  // bar barrier membar fence nanosleep
void add_control(InstructionTable& table);      // bra brx call ret exit trap

void add_sequences(InstructionTable& table);  // instructions that one handler executes together

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
