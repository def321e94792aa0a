#include "adapters/os/zstd.h"

#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace bulwark::adapters {

namespace {

constexpr std::size_t largest = 0xFFFF'0000;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

bool is_zstd(std::string_view bytes) { return bytes.starts_with("\x28\xB5\x2F\xFD"); }

base::Result<std::string> decompress(std::string_view bytes) {
  const std::size_t most = std::min(largest, std::max<std::size_t>(bytes.size(), 1024) * 1000);
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  std::string out;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t left = 1;  // 0: a frame has just ended
  const std::size_t step = ZSTD_DStreamOutSize();
  for (;;) {
    const std::size_t before = out.size();
    out.resize(before + step);
    ZSTD_outBuffer piece{out.data() + before, step, 0};
    left = ZSTD_decompressStream(context.get(), &piece, &in);
    out.resize(before + piece.pos);
    if (ZSTD_isError(left) != 0) {
      return base::fail(std::string("damaged Zstandard data: ") + ZSTD_getErrorName(left));
    }
    if (out.size() > most) return base::fail("Zstandard data that grows too large");
    if (in.pos == in.size && piece.pos < step) break;
  }
  if (left != 0) return base::fail("Zstandard data that is cut off");
  return out;
}

std::string compress(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) std::abort();  // the buffer is as large as it can get
  out.resize(size);
  return out;
}

}  // namespace bulwark::adapters
