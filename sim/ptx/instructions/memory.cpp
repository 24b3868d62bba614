// SPDX-License-Identifier: MIT
// ld, ldu, st in every state space, width and vector size; prefetch and discard, which do nothing
// here; loads and stores of parameters.
//
// Ordering: the emulator executes one access after the other, so .volatile, .relaxed, .acquire,
// .release, cache operators and eviction hints change nothing but whether blocks may run on several
// cores at the same time.
#include "sim/ptx/instructions/access.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

StateSpace space_of_op(const Op& op) {
  return static_cast<StateSpace>(op.small & 0xff);
}

// --- Loads. M: what lies in memory; D: a lane of the destination. op.rows: elements. ---

template <class M, class D>
D extended(const std::byte* from) {
  M value;
  std::memcpy(&value, from, sizeof(value));
  return static_cast<D>(value);
}

template <class M>
constexpr std::size_t kLog = std::countr_zero(sizeof(M));

// 16 lanes that lie anywhere.
template <class M, class D>
[[gnu::noinline]] void load_scattered(const std::byte* first, const std::uint32_t* relative, D* d) {
  for (int i = 0; i < kHalf; ++i) {
    d[i] = extended<M, D>(first + static_cast<std::int32_t>(relative[i]));
  }
}

// 16 lanes from `first` on, whose addresses lie as `pattern` says.
template <class M, class D>
inline void load_half(const std::byte* __restrict first, const std::uint32_t* relative,
                      Pattern pattern, D* __restrict d) {
  const std::byte* from = first + static_cast<std::int32_t>(relative[0]);
  if (pattern == Pattern::kConsecutive) {
    for (int i = 0; i < kHalf; ++i)
      d[i] = extended<M, D>(from + sizeof(M) * static_cast<std::size_t>(i));
  } else if (pattern == Pattern::kUniform) {
    const D value = extended<M, D>(from);
    for (int i = 0; i < kHalf; ++i) d[i] = value;
  } else {
    load_scattered<M, D>(first, relative, d);
  }
}

template <class A, class M, class D>
[[gnu::noinline]] void load_lane_by_lane(Warp& warp, const Op& op) {
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  std::byte* from[kWarpLanes];
  resolve_lanes<A>(warp, &op, space_of_op(op), bytes, AccessKind::kLoad, from);
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    D* d = lanes<D>(warp, op.rows[e]);
    for_each_lane(warp.active,
                  [&](int lane) { d[lane] = extended<M, D>(from[lane] + e * sizeof(M)); });
  }
}

template <class M, class D>
inline void load_warp(const WarpAddresses& at, D* d) {
  const std::uint32_t* relative = at.shape->relative.data();
  const auto& patterns = at.shape->patterns[kLog<M>];
  load_half<M, D>(at.first, relative, patterns[0], d);
  load_half<M, D>(at.first, relative + kHalf, patterns[1], d + kHalf);
}

template <class A, class M, class D>
[[gnu::noinline]] const Op* load_slowly(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (resolve<A>(warp, op, space_of_op(*op), sizeof(M), AccessKind::kLoad, at)) {
    load_warp<M, D>(at, lanes<D>(warp, op->d));
  } else {
    load_lane_by_lane<A, M, D>(warp, *op);
  }
  return op + 1;
}

// One element a lane, from shared or global memory.
template <class A, class M, class D, StateSpace kSpace>
const Op* load_one(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (!resolve_quickly<A>(warp, op, kSpace, sizeof(M), at)) [[unlikely]] {
    return load_slowly<A, M, D>(warp, op);
  }
  load_warp<M, D>(at, lanes<D>(warp, op->d));
  return op + 1;
}

template <class A, class M, class D>
void load_vector(Warp& warp, const Op& op) {
  WarpAddresses at;
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  if (!resolve<A>(warp, &op, space_of_op(op), bytes, AccessKind::kLoad, at)) {
    return load_lane_by_lane<A, M, D>(warp, op);
  }
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    D* d = lanes<D>(warp, op.rows[e]);
    for (int half = 0; half < 2; ++half) {
      load_half<M, D>(at.first + e * sizeof(M), at.shape->relative.data() + half * kHalf,
                      at.shape->patterns[kLog<M>][static_cast<std::size_t>(half)],
                      d + half * kHalf);
    }
  }
}

// --- Stores. S: a lane of the source. ---

// 16 lanes; where two write to one place, the higher lane's value stays.
template <class M, class S>
inline void store_half(std::byte* first, const std::uint32_t* relative, Pattern pattern,
                       const S* source) {
  if (pattern == Pattern::kConsecutive) {
    alignas(64) M values[kHalf];
    for (int i = 0; i < kHalf; ++i) values[i] = static_cast<M>(source[i]);
    std::memcpy(first + static_cast<std::int32_t>(relative[0]), values, sizeof(values));
    return;
  }
  for (int i = 0; i < kHalf; ++i) {
    const M value = static_cast<M>(source[i]);
    std::memcpy(first + static_cast<std::int32_t>(relative[i]), &value, sizeof(value));
  }
}

template <class M, class S>
inline void store_warp(const WarpAddresses& at, std::size_t added_bytes, const S* source) {
  for (int half = 0; half < 2; ++half) {
    store_half<M, S>(at.first + added_bytes, at.shape->relative.data() + half * kHalf,
                     at.shape->patterns[kLog<M>][static_cast<std::size_t>(half)],
                     source + half * kHalf);
  }
}

template <class A, class M, class S>
[[gnu::noinline]] void store_lane_by_lane(Warp& warp, const Op& op) {
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  std::byte* to[kWarpLanes];
  resolve_lanes<A>(warp, &op, space_of_op(op), bytes, AccessKind::kStore, to);
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const S* source = lanes<S>(warp, op.rows[e]);
    for_each_lane(warp.active, [&](int lane) {
      const M value = static_cast<M>(source[lane]);
      std::memcpy(to[lane] + e * sizeof(M), &value, sizeof(value));
    });
  }
}

template <class A, class M, class S>
void store_slowly(Warp& warp, const Op& op) {
  WarpAddresses at;
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  if (!resolve<A>(warp, &op, space_of_op(op), bytes, AccessKind::kStore, at)) {
    return store_lane_by_lane<A, M, S>(warp, op);
  }
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    store_warp<M, S>(at, e * sizeof(M), lanes<S>(warp, op.rows[e]));
  }
}

// One element a lane, to shared or global memory.
template <class A, class M, class S, StateSpace kSpace>
const Op* store_one(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (!resolve_quickly<A>(warp, op, kSpace, sizeof(M), at)) [[unlikely]] {
    store_slowly<A, M, S>(warp, *op);
    return op + 1;
  }
  store_warp<M, S>(at, 0, lanes<S>(warp, op->b));
  return op + 1;
}

// --- The kernel's parameters, at a known place: the same for every lane. ---

template <class M, class D>
void load_kernel_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::byte* from = bytes_of_lane(warp, StateSpace::kParam, op.wide + e * sizeof(M),
                                          sizeof(M), AccessKind::kLoad, 0);
    const D value = extended<M, D>(from);
    write<D>(warp, op.rows[e], [&](D* d) {
      for (int i = 0; i < kWarpLanes; ++i) d[i] = value;
    });
  }
}

// --- Parameters of functions: words in the frame. op.rows: the words from the first one on, then
// the elements; op.small: words; op.wide: the byte in the first word. ---

template <class M, class D>
void load_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::uint64_t byte = op.wide + e * sizeof(M);
    D* d = lanes<D>(warp, op.rows[op.small + e]);
    const std::uint32_t* low = lanes<std::uint32_t>(warp, op.rows[byte / 4]);
    const std::uint32_t* high =
        sizeof(M) == 8 ? lanes<std::uint32_t>(warp, op.rows[byte / 4 + 1]) : low;
    for_each_lane(warp.active, [&](int lane) {
      const std::uint64_t bits = low[lane] | std::uint64_t{high[lane]} << 32;
      d[lane] = static_cast<D>(static_cast<M>(bits >> (8 * (byte % 4))));
    });
  }
}

template <class M, class S>
void store_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::uint64_t byte = op.wide + e * sizeof(M);
    const S* source = lanes<S>(warp, op.rows[op.small + e]);
    std::uint32_t* low = lanes<std::uint32_t>(warp, op.rows[byte / 4]);
    const std::uint32_t shift = static_cast<std::uint32_t>(8 * (byte % 4));
    const std::uint32_t kept = sizeof(M) >= 4 ? 0 : ~(((1u << (8 * sizeof(M) % 32)) - 1) << shift);
    for_each_lane(warp.active, [&](int lane) {
      const std::uint64_t bits = static_cast<std::make_unsigned_t<M>>(source[lane]);
      low[lane] = (low[lane] & kept) | static_cast<std::uint32_t>(bits << shift);
      if (sizeof(M) == 8) {
        lanes<std::uint32_t>(warp, op.rows[byte / 4 + 1])[lane] =
            static_cast<std::uint32_t>(bits >> 32);
      }
    });
  }
}

// --- Decoding ---

struct AccessModifiers {
  StateSpace space = StateSpace::kGeneric;
  int elements = 1;
  ScalarType type = ScalarType::kNone;
};

// The five ways an element of memory becomes a lane: by its type and the register's width. A byte
// in a 16-bit register is extended to 16 bits, and those are zero-extended.
template <template <class, class> class Choice>
Handler choose_extension(const InstructionDecoder& in, ScalarType type, int register_bytes) {
  const bool wide = register_bytes == 8;
  switch (type) {
    case ScalarType::kS8:
      if (register_bytes == 2) return Choice<std::int8_t, std::uint16_t>::kRun;
      return wide ? Choice<std::int8_t, std::uint64_t>::kRun
                  : Choice<std::int8_t, std::uint32_t>::kRun;
    case ScalarType::kS16:
      if (register_bytes == 2) return Choice<std::uint16_t, std::uint32_t>::kRun;
      return wide ? Choice<std::int16_t, std::uint64_t>::kRun
                  : Choice<std::int16_t, std::uint32_t>::kRun;
    case ScalarType::kS32:
      return wide ? Choice<std::int32_t, std::uint64_t>::kRun
                  : Choice<std::uint32_t, std::uint32_t>::kRun;
    default:
      break;
  }
  switch (bytes_of(type)) {
    case 1:
      return wide ? Choice<std::uint8_t, std::uint64_t>::kRun
                  : Choice<std::uint8_t, std::uint32_t>::kRun;
    case 2:
      return wide ? Choice<std::uint16_t, std::uint64_t>::kRun
                  : Choice<std::uint16_t, std::uint32_t>::kRun;
    case 4:
      return wide ? Choice<std::uint32_t, std::uint64_t>::kRun
                  : Choice<std::uint32_t, std::uint32_t>::kRun;
    case 8:
      return Choice<std::uint64_t, std::uint64_t>::kRun;
    default:
      fail(in, "the emulator does not have this type in memory");
  }
}

// A signed byte in a 16-bit register.
struct SignedByte16 {
  std::int8_t value;
  explicit operator std::uint32_t() const {
    return static_cast<std::uint16_t>(static_cast<std::int16_t>(value));
  }
};
template <class M, class D>
struct Lane {
  using Memory = M;
  using Register = D;
};
template <>
struct Lane<std::int8_t, std::uint16_t> {
  using Memory = SignedByte16;
  using Register = std::uint32_t;
};

template <class A, StateSpace kSpace>
struct LoadOne {
  template <class M, class D>
  struct Of {
    static constexpr Handler kRun =
        load_one<A, typename Lane<M, D>::Memory, typename Lane<M, D>::Register, kSpace>;
  };
};
template <class A>
struct LoadAnywhere {
  template <class M, class D>
  struct Of {
    static constexpr Handler kRun =
        load_slowly<A, typename Lane<M, D>::Memory, typename Lane<M, D>::Register>;
  };
};
template <class A>
struct LoadVector {
  template <class M, class D>
  struct Of {
    static constexpr Handler kRun =
        then_next<load_vector<A, typename Lane<M, D>::Memory, typename Lane<M, D>::Register>>;
  };
};
template <class M, class D>
struct LoadKernelParameter {
  static constexpr Handler kRun =
      then_next<load_kernel_parameter<typename Lane<M, D>::Memory, typename Lane<M, D>::Register>>;
};
template <class M, class D>
struct LoadParameter {
  using Register = typename Lane<M, D>::Register;
  static constexpr Handler kRun = then_next<load_parameter<M, Register>>;
};

template <class A>
Handler choose_store(const InstructionDecoder& in, ScalarType type, int register_bytes) {
  const bool wide = register_bytes == 8;
  switch (bytes_of(type)) {
    case 1:
      return wide ? then_next<store_slowly<A, std::uint8_t, std::uint64_t>>
                  : then_next<store_slowly<A, std::uint8_t, std::uint32_t>>;
    case 2:
      return wide ? then_next<store_slowly<A, std::uint16_t, std::uint64_t>>
                  : then_next<store_slowly<A, std::uint16_t, std::uint32_t>>;
    case 4:
      return wide ? then_next<store_slowly<A, std::uint32_t, std::uint64_t>>
                  : then_next<store_slowly<A, std::uint32_t, std::uint32_t>>;
    case 8:
      return then_next<store_slowly<A, std::uint64_t, std::uint64_t>>;
    default:
      fail(in, "the emulator does not have this type in memory");
  }
}

// One 32-bit word to shared or global memory: the store that kernels are made of. nullptr for any
// other.
template <class A>
Handler choose_frequent_store(StateSpace space, ScalarType type, int register_bytes) {
  if (bytes_of(type) != 4 || register_bytes != 4) return nullptr;
  if (space == StateSpace::kShared) {
    return store_one<A, std::uint32_t, std::uint32_t, StateSpace::kShared>;
  }
  if (space == StateSpace::kGlobal) {
    return store_one<A, std::uint32_t, std::uint32_t, StateSpace::kGlobal>;
  }
  return nullptr;
}

template <class A>
Handler choose_load(const InstructionDecoder& in, const AccessModifiers& access,
                    int register_bytes) {
  if (access.elements > 1) {
    return choose_extension<LoadVector<A>::template Of>(in, access.type, register_bytes);
  }
  if (access.space == StateSpace::kShared) {
    return choose_extension<LoadOne<A, StateSpace::kShared>::template Of>(in, access.type,
                                                                          register_bytes);
  }
  if (access.space == StateSpace::kGlobal) {
    return choose_extension<LoadOne<A, StateSpace::kGlobal>::template Of>(in, access.type,
                                                                          register_bytes);
  }
  return choose_extension<LoadAnywhere<A>::template Of>(in, access.type, register_bytes);
}

Handler choose_parameter_store(const InstructionDecoder& in, ScalarType type, int register_bytes) {
  const bool wide = register_bytes == 8;
  switch (bytes_of(type)) {
    case 1:
      return wide ? then_next<store_parameter<std::uint8_t, std::uint64_t>>
                  : then_next<store_parameter<std::uint8_t, std::uint32_t>>;
    case 2:
      return wide ? then_next<store_parameter<std::uint16_t, std::uint64_t>>
                  : then_next<store_parameter<std::uint16_t, std::uint32_t>>;
    case 4:
      return wide ? then_next<store_parameter<std::uint32_t, std::uint64_t>>
                  : then_next<store_parameter<std::uint32_t, std::uint32_t>>;
    case 8:
      return then_next<store_parameter<std::uint64_t, std::uint64_t>>;
    default:
      fail(in, "the emulator does not have this type in a parameter");
  }
}

// ld{.weak .volatile .relaxed .acquire}{.scope}{.space}{.cache hints}{.vector}.type
AccessModifiers take_access_modifiers(InstructionDecoder& in) {
  AccessModifiers access;
  const bool strong = in.take_any({"volatile", "relaxed", "acquire", "release", "mmio"}) >= 0;
  bool of_block = false;
  if (strong) {
    in.take("sys");
    of_block = in.take("cta");
    in.take_any({"cluster", "gpu", "sys"});
  } else {
    in.take("weak");
  }
  constexpr StateSpace kSpaces[] = {StateSpace::kGlobal, StateSpace::kShared, StateSpace::kShared,
                                    StateSpace::kLocal,  StateSpace::kConst,  StateSpace::kParam,
                                    StateSpace::kParam,  StateSpace::kParam};
  const int space = in.take_any({"global", "shared", "shared::cta", "local", "const", "param",
                                 "param::entry", "param::func"});
  if (space >= 0) access.space = kSpaces[space];
  of_block |= access.space != StateSpace::kGlobal && access.space != StateSpace::kGeneric;
  if (strong && !of_block) in.note_communicates();
  while (in.take_any({"ca", "cg", "cs", "lu", "cv", "wb", "wt", "nc"}) >= 0 ||
         in.take_any({"L1::evict_normal", "L1::evict_unchanged", "L1::evict_first",
                      "L1::evict_last", "L1::no_allocate", "L2::evict_last", "L2::evict_normal",
                      "L2::evict_first", "L2::64B", "L2::128B", "L2::256B"}) >= 0) {
  }
  constexpr int kElements[] = {2, 4, 8};
  const int vector = in.take_any({"v2", "v4", "v8"});
  if (vector >= 0) access.elements = kElements[vector];
  access.type = in.take_type();
  in.end_of_modifiers();
  return access;
}

ObservedAccess observed(const AccessModifiers& access, AccessKind kind,
                        const AddressOperand& address) {
  const int bytes = access.elements * bytes_of(access.type);
  return {kind, access.space, address, static_cast<std::uint32_t>(bytes)};
}

// `words` of a function's parameter, then the elements' rows, as one list.
const Row* joined_rows(InstructionDecoder& in, const ParameterOperand& parameter,
                       const Row* elements, int count) {
  return in.joined(parameter.words, parameter.word_count, elements,
                   static_cast<std::uint32_t>(count));
}

void require_inside(const InstructionDecoder& in, const ParameterOperand& parameter,
                    const AccessModifiers& access) {
  const std::uint32_t end =
      parameter.byte + static_cast<std::uint32_t>(access.elements * bytes_of(access.type));
  if ((end + 3) / 4 > parameter.word_count ||
      (parameter.byte & static_cast<std::uint32_t>(bytes_of(access.type) - 1)) != 0) {
    fail(in, "this access is not aligned inside of the parameter");
  }
}

void decode_ld(InstructionDecoder& in) {
  const AccessModifiers access = take_access_modifiers(in);
  if (in.operand_count() > 3) in.expect_operands(2);  // a third may be a cache policy
  Op op;
  op.row_count = static_cast<std::uint32_t>(access.elements);
  const int register_bytes = in.register_bytes(0, access.type);
  if (access.space == StateSpace::kParam) {
    const ParameterOperand parameter = in.parameter(1);
    if (parameter.words != nullptr) {
      require_inside(in, parameter, access);
      const Row* elements = in.vector_destination(0, access.type, access.elements);
      op.rows = joined_rows(in, parameter, elements, access.elements);
      op.small = parameter.word_count;
      op.wide = parameter.byte;
      op.run = choose_extension<LoadParameter>(in, access.type, register_bytes);
      return in.emit(op);
    }
    if (parameter.of_kernel) {
      op.wide = parameter.byte;
      op.rows = in.vector_destination(0, access.type, access.elements);
      op.run = choose_extension<LoadKernelParameter>(in, access.type, register_bytes);
      return in.emit(op);
    }
  }
  const AddressOperand address = in.address(1);
  op.a = address.base;
  op.wide = address.offset;
  op.small = static_cast<std::uint32_t>(access.space);
  op.rows = in.vector_destination(0, access.type, access.elements);
  op.d = access.elements == 1 ? op.rows[0] : kNoRow;
  op.run = address.wide ? choose_load<std::uint64_t>(in, access, register_bytes)
                        : choose_load<std::uint32_t>(in, access, register_bytes);
  in.emit_access(op, observed(access, AccessKind::kLoad, address));
}

void decode_st(InstructionDecoder& in) {
  const AccessModifiers access = take_access_modifiers(in);
  if (in.operand_count() > 3) in.expect_operands(2);
  Op op;
  op.row_count = static_cast<std::uint32_t>(access.elements);
  const int register_bytes = in.register_bytes(1, access.type);
  const Row* elements = in.vector_source(1, access.type, access.elements);
  if (access.space == StateSpace::kParam) {
    const ParameterOperand parameter = in.parameter(0);
    if (parameter.words == nullptr) fail(in, "only parameters of functions can be stored to");
    require_inside(in, parameter, access);
    op.rows = joined_rows(in, parameter, elements, access.elements);
    op.small = parameter.word_count;
    op.wide = parameter.byte;
    op.run = choose_parameter_store(in, access.type, register_bytes);
    return in.emit(op);
  }
  const AddressOperand address = in.address(0);
  op.a = address.base;
  op.wide = address.offset;
  op.small = static_cast<std::uint32_t>(access.space);
  op.rows = elements;
  if (access.elements == 1) {
    op.b = elements[0];
    op.run = address.wide
                 ? choose_frequent_store<std::uint64_t>(access.space, access.type, register_bytes)
                 : choose_frequent_store<std::uint32_t>(access.space, access.type, register_bytes);
  }
  if (op.run == nullptr) {
    op.run = address.wide ? choose_store<std::uint64_t>(in, access.type, register_bytes)
                          : choose_store<std::uint32_t>(in, access.type, register_bytes);
  }
  in.emit_access(op, observed(access, AccessKind::kStore, address));
}

// Hints: nothing to do, but what they name must be an address.
void decode_hint(InstructionDecoder& in) {
  in.address(0);
}

}  // namespace

void add_memory(InstructionTable& table) {
  table.add("ld", TypeClass::kAny, decode_ld);
  table.add("ldu", TypeClass::kAny, decode_ld);
  table.add("st", TypeClass::kAny, decode_st);
  table.add("prefetch", TypeClass::kAny, decode_hint);
  table.add("prefetchu", TypeClass::kAny, decode_hint);
  table.add("discard", TypeClass::kAny, decode_hint);
  table.add("applypriority", TypeClass::kAny, decode_hint);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
