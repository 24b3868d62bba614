// SPDX-License-Identifier: MIT
// ld, ldu, st in every state space, width and vector size; prefetch and discard, which do nothing
// here; loads and stores of parameters.
//
// Ordering: the emulator executes one access after the other, so .volatile, .relaxed, .acquire,
// .release, cache operators and eviction hints change nothing but whether blocks may run on several
// cores at the same time.
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/loads_and_stores.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

struct AccessModifiers {
  StateSpace space = StateSpace::kGeneric;
  int elements = 1;
  ScalarType type = ScalarType::kNone;
  bool strong = false;
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
  access.strong = strong;
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
                        const AddressOperand& address, int register_bytes) {
  const int bytes = access.elements * bytes_of(access.type);
  return {kind,          access.space,       address, static_cast<std::uint32_t>(bytes),
          access.strong, register_bytes == 8};
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
  in.emit_access(op, observed(access, AccessKind::kLoad, address, register_bytes));
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
  in.emit_access(op, observed(access, AccessKind::kStore, address, register_bytes));
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
