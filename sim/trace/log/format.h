// SPDX-License-Identifier: MIT
// The bytes of an event log outside its events, as docs/event_log.md describes them. Little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace attnlab::trace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "event logs are mapped, not converted");

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint32_t kMaxEventsPerChunk = 65536;
inline constexpr std::uint32_t kMaxHeaderBytes = 64u << 20;

// Like PNG's: the first byte is not ASCII, and a change of line ends shows.
inline constexpr unsigned char kFileMagic[8] = {0x8a, 'A', 'L', 'O', 'G', '\r', '\n', 0x1a};
inline constexpr unsigned char kEndMagic[8] = {'A', 'L', 'O', 'G', 'E', 'N', 'D', '\n'};

// XXH3, 64 bits, seed 0.
std::uint64_t checksum(const void* data, std::size_t size);

// At offset 0, in this and every later version. The JSON header follows, padded with zeros to 8.
struct FileHead {
  unsigned char magic[8];
  std::uint32_t version;
  std::uint32_t record_bytes;      // 56
  std::uint32_t events_per_chunk;  // a power of two
  std::uint32_t header_bytes;      // of the JSON, without padding
  std::uint64_t header_checksum;   // of the JSON and its padding
  std::uint64_t head_checksum;     // of the bytes above
};

enum class ChunkKind : std::uint32_t {
  kEvents = 0x544e5645,     // "EVNT"
  kKeyframe = 0x4659454b,   // "KEYF"
  kDirectory = 0x52494445,  // "EDIR"
};

// Before each chunk's payload; the payload is a multiple of 8 bytes.
struct ChunkHead {
  ChunkKind kind;
  std::uint32_t record_count;  // events; 1 for a keyframe; entries of the directory
  std::uint64_t payload_bytes;
  std::uint64_t first_event;  // log index of the first record; keyframe: events before it
  std::uint64_t first_cycle;  // of the first record; keyframe: the state's current cycle
  std::uint64_t payload_checksum;
  std::uint64_t head_checksum;  // of the bytes above
};

// A record of the directory: where a chunk's head is, and that head's own words.
struct DirectoryEntry {
  std::uint64_t offset;
  ChunkKind kind;
  std::uint32_t record_count;
  std::uint64_t payload_bytes;
  std::uint64_t first_event;
  std::uint64_t first_cycle;
};

// The last bytes of a whole file.
struct Footer {
  std::uint64_t directory_offset;
  std::uint64_t event_count;
  std::uint64_t file_bytes;
  std::uint64_t head_checksum;    // the FileHead's: the two ends belong together
  std::uint64_t footer_checksum;  // of the bytes above
  unsigned char magic[8];
};

static_assert(sizeof(FileHead) == 40 && std::is_trivially_copyable_v<FileHead>);
static_assert(sizeof(ChunkHead) == 48 && std::is_trivially_copyable_v<ChunkHead>);
static_assert(sizeof(DirectoryEntry) == 40 && std::is_trivially_copyable_v<DirectoryEntry>);
static_assert(sizeof(Footer) == 48 && std::is_trivially_copyable_v<Footer>);

constexpr std::uint64_t padded_to_8(std::uint64_t bytes) {
  return (bytes + 7) & ~std::uint64_t{7};
}

}  // namespace attnlab::trace
