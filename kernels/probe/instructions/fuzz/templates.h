// SPDX-License-Identifier: MIT
// The instructions that random kernels are made of, as templates:
//
//   $r $f $l $d $x $p   a variable that is read: 32 bits, f32, 64 bits, f64, f16x2, predicate
//   $R $F $L $D $X $P   one that is written
//   $n $k   a 32-bit variable or constant; an f32 variable or constant
//   $5 $6 $8   a constant below 32, 64, 256
//   $o $z $a   a rounding (.rn .rz .rm .rp), .ftz or nothing, a rounding to an integer (.rni …)
//   $c $C   a comparison of integers, of floats
//   $w $u   the clamp operand of shfl for a random width: of all modes but .up, of .up
//   $b   add xor or and min max (of shared memory, all orders the same)
//   %t0 … %h0 … %w0 … %e0 … %q4 …   scratch of 32, 16 and 64 bits, f64, predicates
//
// Left out, because PTX leaves the bits open: bare add and mul (ptxas may fuse them), a NaN's sign
// after neg and abs, a NaN's payload in f64 (ptxas may swap operands): where bits of an f64 are
// seen, a NaN is made the same one first.
#pragma once

#include <span>

namespace attnlab::probe {

// What a thread does alone; may stand anywhere and be guarded.
std::span<const char* const> lone_templates();

// What the whole block does together: only where all threads pass.
std::span<const char* const> common_templates();

}  // namespace attnlab::probe
