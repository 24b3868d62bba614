// SPDX-License-Identifier: MIT
// atom and red: and or xor exch cas add inc dec min max on b16, 32 and 64 bits, f32, f64, and f16
// and bf16, scalar and packed.
//
// Lanes of a warp update in ascending order; a GPU promises no order at all. An f32 sum in global
// memory flushes subnormals, one in shared memory keeps them (PTX ISA, "atom").
#include "sim/numerics/formats.h"
#include "sim/numerics/fp32.h"
#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/instructions/access.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

constexpr std::uint64_t kSignF64 = 1ull << 63;
constexpr std::uint64_t kInfinityF64 = 0x7ff0000000000000;
constexpr std::uint64_t kQuietF64 = 0x0008000000000000;

// What is updated, as bits U; each operation is new = f(old, b, c).
template <class U>
struct And {
  static U next(U old, U b, U) { return old & b; }
};
template <class U>
struct Or {
  static U next(U old, U b, U) { return old | b; }
};
template <class U>
struct Xor {
  static U next(U old, U b, U) { return old ^ b; }
};
template <class U>
struct Exchange {
  static U next(U, U b, U) { return b; }
};
template <class U>
struct CompareAndSwap {
  static U next(U old, U b, U c) { return old == b ? c : old; }
};
template <class U>
struct Add {
  static U next(U old, U b, U) { return static_cast<U>(old + b); }
};
// Counts up to b, then starts again at 0; counts down from b.
template <class U>
struct Increment {
  static U next(U old, U b, U) { return old >= b ? 0 : old + 1; }
};
template <class U>
struct Decrement {
  static U next(U old, U b, U) { return old == 0 || old > b ? b : old - 1; }
};
template <class U>
struct Minimum {
  static U next(U old, U b, U) { return b < old ? b : old; }
};
template <class U>
struct Maximum {
  static U next(U old, U b, U) { return b > old ? b : old; }
};
template <class U>
struct SignedMinimum {
  using S = std::make_signed_t<U>;
  static U next(U old, U b, U) { return static_cast<S>(b) < static_cast<S>(old) ? b : old; }
};
template <class U>
struct SignedMaximum {
  using S = std::make_signed_t<U>;
  static U next(U old, U b, U) { return static_cast<S>(b) > static_cast<S>(old) ? b : old; }
};

template <class U>
struct AddF32 {
  static U next(U old, U b, U) {
    return numerics::bits_of(
        numerics::canonical(numerics::float_of_bits(old) + numerics::float_of_bits(b)));
  }
};
template <class U>
struct AddF32Flushed {
  static U next(U old, U b, U) {
    return numerics::bits_of(
        numerics::add_ftz(numerics::float_of_bits(old), numerics::float_of_bits(b)));
  }
};
// Of two NaNs a sum in shared memory is the old one, quiet. The adder of the cache, behind global
// memory, prefers the new one and leaves it as it is (both measured on an H200).
inline bool is_nan64(std::uint64_t bits) {
  return (bits & ~kSignF64) > kInfinityF64;
}
template <class U>
struct AddF64 {
  static U next(U old, U b, U) {
    if (is_nan64(old)) return old | kQuietF64;
    return __builtin_bit_cast(U, __builtin_bit_cast(double, old) + __builtin_bit_cast(double, b));
  }
};
template <class U>
struct AddF64InCache {
  static U next(U old, U b, U) {
    if (is_nan64(b)) return b;
    if (is_nan64(old)) return old;
    return AddF64<U>::next(old, b, 0);
  }
};

// Sums of f16 and bf16: exact in fp32 up to one rounding, which is innocuous before the second (24
// bits are enough for a sum of numbers of at most 11).
inline std::uint16_t add_f16(std::uint16_t a, std::uint16_t b) {
  return numerics::f16_from_f32(numerics::f32_from_f16(a) + numerics::f32_from_f16(b));
}
inline std::uint16_t add_bf16(std::uint16_t a, std::uint16_t b) {
  return numerics::bf16_from_f32(numerics::f32_from_bf16(a) + numerics::f32_from_bf16(b));
}
template <auto kAdd>
struct AddHalves {
  template <class U>
  struct Of {
    static U next(U old, U b, U) {
      U sum = 0;
      for (std::size_t part = 0; part < sizeof(U) / 2; ++part) {
        const std::uint32_t shift = static_cast<std::uint32_t>(16 * part);
        const std::uint16_t half =
            kAdd(static_cast<std::uint16_t>(old >> shift), static_cast<std::uint16_t>(b >> shift));
        sum = static_cast<U>(sum | static_cast<U>(static_cast<std::uint32_t>(half) << shift));
      }
      return sum;
    }
  };
};

// One lane's update; the old value. Blocks on other cores may update the same place.
template <class U, class Operation>
U update(std::byte* at, U b, U c, bool concurrent) {
  auto* place = reinterpret_cast<U*>(at);
  if (!concurrent) {
    const U old = *place;
    *place = Operation::next(old, b, c);
    return old;
  }
  U old = __atomic_load_n(place, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(place, &old, Operation::next(old, b, c), true,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}

// Operands: a address, b and c values (c only of cas), d the old value or kNoRow. L: a lane of b.
template <class A, class U, class Operation>
void atomic(Warp& warp, const Op& op) {
  using L = std::conditional_t<sizeof(U) == 8, std::uint64_t, std::uint32_t>;
  const auto space = static_cast<StateSpace>(op.small);
  const bool concurrent = warp.block->grid->concurrent;
  const L* b = lanes<L>(warp, op.b);
  const L* c = op.c == kNoRow ? b : lanes<L>(warp, op.c);
  L old[kWarpLanes];
  std::byte* at[kWarpLanes];
  resolve_lanes<A>(warp, &op, space, sizeof(U), AccessKind::kAtomic, at);
  for_each_lane(warp.active, [&](int lane) {
    old[lane] = update<U, Operation>(at[lane], static_cast<U>(b[lane]), static_cast<U>(c[lane]),
                                     concurrent);
  });
  if (op.d == kNoRow) return;
  L* d = lanes<L>(warp, op.d);
  for_each_lane(warp.active, [&](int lane) { d[lane] = old[lane]; });
}

// --- Decoding ---

template <class U, class Operation>
Handler with_address(bool wide) {
  return wide ? then_next<atomic<std::uint64_t, U, Operation>>
              : then_next<atomic<std::uint32_t, U, Operation>>;
}

template <template <class> class Operation>
Handler for_bits(const InstructionDecoder& in, ScalarType type, bool wide) {
  switch (bytes_of(type)) {
    case 4:
      return with_address<std::uint32_t, Operation<std::uint32_t>>(wide);
    case 8:
      return with_address<std::uint64_t, Operation<std::uint64_t>>(wide);
    default:
      fail(in, "this operation needs 32 or 64 bits");
  }
}

enum class AtomicOperation { kAnd, kOr, kXor, kExchange, kCas, kAdd, kInc, kDec, kMin, kMax };

Handler choose_add(const InstructionDecoder& in, ScalarType type, StateSpace space, bool wide) {
  switch (type) {
    case ScalarType::kF32:
      return space == StateSpace::kShared
                 ? with_address<std::uint32_t, AddF32<std::uint32_t>>(wide)
                 : with_address<std::uint32_t, AddF32Flushed<std::uint32_t>>(wide);
    case ScalarType::kF64:
      return space == StateSpace::kShared
                 ? with_address<std::uint64_t, AddF64<std::uint64_t>>(wide)
                 : with_address<std::uint64_t, AddF64InCache<std::uint64_t>>(wide);
    case ScalarType::kF16:
      return with_address<std::uint16_t, AddHalves<add_f16>::Of<std::uint16_t>>(wide);
    case ScalarType::kF16x2:
      return with_address<std::uint32_t, AddHalves<add_f16>::Of<std::uint32_t>>(wide);
    case ScalarType::kBf16:
      return with_address<std::uint16_t, AddHalves<add_bf16>::Of<std::uint16_t>>(wide);
    case ScalarType::kBf16x2:
      return with_address<std::uint32_t, AddHalves<add_bf16>::Of<std::uint32_t>>(wide);
    default:
      return for_bits<Add>(in, type, wide);
  }
}

Handler choose(const InstructionDecoder& in, AtomicOperation operation, ScalarType type,
               StateSpace space, bool wide) {
  if (is_float(type) && operation != AtomicOperation::kAdd) {
    fail(in, "floating-point atomics only add");
  }
  switch (operation) {
    case AtomicOperation::kAnd:
      return for_bits<And>(in, type, wide);
    case AtomicOperation::kOr:
      return for_bits<Or>(in, type, wide);
    case AtomicOperation::kXor:
      return for_bits<Xor>(in, type, wide);
    case AtomicOperation::kExchange:
      return for_bits<Exchange>(in, type, wide);
    case AtomicOperation::kCas:
      return bytes_of(type) == 2 ? with_address<std::uint16_t, CompareAndSwap<std::uint16_t>>(wide)
                                 : for_bits<CompareAndSwap>(in, type, wide);
    case AtomicOperation::kAdd:
      return choose_add(in, type, space, wide);
    case AtomicOperation::kInc:
      return for_bits<Increment>(in, type, wide);
    case AtomicOperation::kDec:
      return for_bits<Decrement>(in, type, wide);
    case AtomicOperation::kMin:
      return is_signed(type) ? for_bits<SignedMinimum>(in, type, wide)
                             : for_bits<Minimum>(in, type, wide);
    case AtomicOperation::kMax:
      return is_signed(type) ? for_bits<SignedMaximum>(in, type, wide)
                             : for_bits<Maximum>(in, type, wide);
  }
  fail(in, "the emulator does not have this atomic operation");
}

// {.sem}{.scope}{.space}.op{.noftz}{.level}.type
void decode_update(InstructionDecoder& in, bool returns) {
  in.take_any({"relaxed", "acquire", "release", "acq_rel"});
  in.take_any({"cta", "cluster", "gpu", "sys"});
  StateSpace space = StateSpace::kGeneric;
  const int named = in.take_any({"global", "shared", "shared::cta"});
  if (named >= 0) space = named == 0 ? StateSpace::kGlobal : StateSpace::kShared;
  const int name =
      in.take_any({"and", "or", "xor", "exch", "cas", "add", "inc", "dec", "min", "max"});
  if (name < 0) fail(in, "the emulator does not have this atomic operation");
  const auto operation = static_cast<AtomicOperation>(name);
  in.take("noftz");
  in.take("L2::cache_hint");
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  const bool cas = operation == AtomicOperation::kCas;
  const int first = returns ? 1 : 0;
  in.expect_operands(first + (cas ? 3 : 2));
  const AddressOperand address = in.address(first);
  Op op;
  op.a = address.base;
  op.wide = address.offset;
  op.small = static_cast<std::uint32_t>(space);
  op.b = in.source(first + 1, type);
  if (cas) op.c = in.source(first + 2, type);
  if (returns) op.d = in.destination(0, type);
  op.run = choose(in, operation, type, space, address.wide);
  // Sums of integers and the like come out the same in any order of blocks, but for a float's sum,
  // an exchange, or where the old value is asked for.
  const bool any_order = !returns && !is_float(type) && operation != AtomicOperation::kExchange &&
                         !cas && operation != AtomicOperation::kInc &&
                         operation != AtomicOperation::kDec;
  if (space != StateSpace::kShared && !any_order) in.note_communicates();
  in.emit_access(op,
                 {AccessKind::kAtomic, space, address, static_cast<std::uint32_t>(bytes_of(type))});
}

void decode_atom(InstructionDecoder& in) {
  decode_update(in, true);
}
void decode_red(InstructionDecoder& in) {
  decode_update(in, false);
}

}  // namespace

void add_atomics(InstructionTable& table) {
  table.add("atom", TypeClass::kAny, decode_atom);
  table.add("red", TypeClass::kAny, decode_red);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
