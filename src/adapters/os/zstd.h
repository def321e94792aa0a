#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace bulwark::adapters {

// Whether the bytes are a Zstandard frame (RFC 8878, 3.1.1).
bool is_zstd(std::string_view bytes);

// All frames of the bytes, one behind the other. Error: they are damaged or cut off, or would give more than 4 GiB
// or a thousand times their own size, which no snapshot does.
base::Result<std::string> decompress(std::string_view bytes);

// One frame with a checksum.
std::string compress(std::string_view bytes);

}  // namespace bulwark::adapters
