// SPDX-License-Identifier: MIT
// The sum of a row runs over its padding as well.
// finding: uninitialised-shared
kernel void padding_column(global const float* in, global float* out) {
  local float tile[8][9];
  const int x = get_local_id(0);
  const int y = get_local_id(1);
  tile[y][x] = in[y * 8 + x];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (y == 0) {
    float sum = 0.0f;
    for (int i = 0; i < 9; ++i) sum += tile[x][i];  // (1)
    out[x] = sum;
  }
}
