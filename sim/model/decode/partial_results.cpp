// SPDX-License-Identifier: MIT
#include "sim/model/decode/partial_results.h"

#include "sim/numerics/fp32.h"

namespace attnlab::model {

PartialResult combined(const std::vector<PartialResult>& parts) {
  PartialResult total;
  for (const PartialResult& part : parts) {
    total.state.m_log2 = numerics::max_ignoring_nan(total.state.m_log2, part.state.m_log2);
  }
  total.o.resize(parts.front().o.size());
  bool first = true;
  for (const PartialResult& part : parts) {
    const float factor = numerics::rescale_factor(part.state.m_log2, total.state.m_log2);
    total.state.l =
        first ? part.state.l * factor : numerics::fma_rn(part.state.l, factor, total.state.l);
    for (std::size_t column = 0; column < total.o.size(); ++column) {
      total.o[column] = first ? part.o[column] * factor
                              : numerics::fma_rn(part.o[column], factor, total.o[column]);
    }
    first = false;
  }
  return total;
}

}  // namespace attnlab::model
