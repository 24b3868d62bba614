// SPDX-License-Identifier: MIT
// Ops that no instruction writes but the decoder needs: guards, joins, ends, observers.
#pragma once

#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

// @%p around one op: the lanes of op->guard (small: the others) run until guard_end_op; where there
// are none, the op between is passed over.
const Op* guard_begin_op(Warp& warp, const Op* op);
const Op* guard_end_op(Warp& warp, const Op* op);
// The lanes without the guard go to link.target, a join.
const Op* skip_op(Warp& warp, const Op* op);
const Op* join_op(Warp& warp, const Op* op);
const Op* end_of_function_op(Warp& warp, const Op* op);

const Op* not_predicate_op(Warp& warp, const Op* op);  // d = !a
const Op* widen_op(Warp& warp, const Op* op);          // 64-bit d = 32-bit a
// d = this call's local memory + wide
const Op* wide_local_address_op(Warp& warp, const Op* op);
const Op* narrow_local_address_op(Warp& warp, const Op* op);

// Tell the grid's observer; see FunctionDecoder for their fields.
const Op* observe_access_op(Warp& warp, const Op* op);
const Op* observe_fence_op(Warp& warp, const Op* op);
const Op* observe_branch_op(Warp& warp, const Op* op);
const Op* observe_instruction_op(Warp& warp, const Op* op);
const Op* observe_stretch_op(Warp& warp, const Op* op);

}  // namespace attnlab::ptx
