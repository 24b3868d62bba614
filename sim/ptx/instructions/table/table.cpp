// SPDX-License-Identifier: MIT
// The table of one instruction set of the host: compiled once for each, like the families.
#include "sim/ptx/instructions/table/table.h"

#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

void add_all_families(InstructionTable& table) {
  add_integer(table);
  add_bits(table);
  add_compare(table);
  add_move(table);
  add_float32(table);
  add_special(table);
  add_float64(table);
  add_half(table);
  add_convert(table);
  add_memory(table);
  add_atomics(table);
  add_warp(table);
  add_synchronise(table);
  add_control(table);
  add_sequences(table);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
