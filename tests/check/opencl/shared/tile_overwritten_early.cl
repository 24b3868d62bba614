// SPDX-License-Identifier: MIT
// A transposition goes through one tile twice; no barrier before the second load.
// finding: race-shared
kernel void tile_overwritten_early(global const float* in, global float* out) {
  local float tile[16][17];
  const int x = get_local_id(0);
  const int y = get_local_id(1);
  for (int k = 0; k < 2; ++k) {
    tile[y][x] = in[k * 256 + y * 16 + x];  // (2)
    barrier(CLK_LOCAL_MEM_FENCE);
    out[k * 256 + y * 16 + x] = tile[x][y];  // (1)
  }
}
