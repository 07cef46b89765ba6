// The gradient of a convolution's kernel on processors with AVX2, as a TensorFlow operation.
//
//   CladenetConv2DFilterGradient(x [n, h, w, in], dy [n, oh, ow, out]) -> [kernel_height, kernel_width, in, out]
//   dw[i, j, c, o] = sum over n, y, x of x[n, y * stride + i - top, x * stride + j - left, c] * dy[n, y, x, o]
//
// oneDNN has no such kernel for AVX2 and channels-last images: its gradient reaches 40 to 70 % of the rate of its forward
// convolution and is the largest part of a training step. Here it is a matrix product in the manner of Goto and van de
// Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 2008). Blocks of images are packed so that a tile
// of 6 input by 16 output channels stays in registers while the sum runs over pixels. The packed images are padded, so
// that every kernel position is the same loop with a different start.
//
// The order of a sum depends only on the number of threads.
#include "kernel.h"

#ifdef CLADENET_KERNELS

#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace cladenet {
namespace {

constexpr int kTileIn = 6;
constexpr int kTileOut = 16;
// Output pixels of a block: its packed rows for one tile of channels (16 KiB of dy, 6 KiB of x) fit in the L1 cache.
constexpr int kPixels = 256;

struct Geometry {
  int64_t images, height, width, in, out_height, out_width, out;
  int64_t kernel_height, kernel_width, stride, top, left;

  int64_t tiles_out() const { return (out + kTileOut - 1) / kTileOut; }
  // Output channels, padded to whole tiles.
  int64_t padded_out() const { return tiles_out() * kTileOut; }
  int64_t sums() const { return kernel_height * kernel_width * in * padded_out(); }
};

// A block: some output rows of one image, or several whole images.
struct Block {
  int64_t image, images, row, rows;
  int64_t x_rows, x_width;  // of the padded input that the rows read
};

// Channels [first, first + R) of the block's input, padded with zeros: [images][x_rows][x_width][R].
template <int R>
AVX2 void PackInput(const Geometry& g, const Block& b, const float* x, int64_t first, float* to) {
  for (int64_t i = 0; i < b.images; i++) {
    for (int64_t r = 0; r < b.x_rows; r++) {
      const int64_t y = b.row * g.stride - g.top + r;
      const bool inside = y >= 0 && y < g.height;
      const float* row = x + ((b.image + i) * g.height + (inside ? y : 0)) * g.width * g.in + first;
      for (int64_t c = 0; c < b.x_width; c++, to += R) {
        const int64_t column = c - g.left;
        if (inside && column >= 0 && column < g.width) {
          const float* from = row + column * g.in;
          for (int k = 0; k < R; k++) to[k] = from[k];
        } else {
          for (int k = 0; k < R; k++) to[k] = 0;
        }
      }
    }
  }
}

// The block's dy: [tiles_out][pixels][16]; channels beyond the last are zero.
AVX2 void PackOutput(const Geometry& g, const Block& b, const float* dy, float* to) {
  const int64_t pixels = b.rows * g.out_width;
  for (int64_t tile = 0; tile < g.tiles_out(); tile++) {
    const int64_t first = tile * kTileOut;
    const int64_t width = std::min<int64_t>(kTileOut, g.out - first);
    for (int64_t i = 0; i < b.images; i++) {
      const float* from = dy + ((b.image + i) * g.out_height + b.row) * g.out_width * g.out + first;
      for (int64_t p = 0; p < pixels; p++, to += kTileOut, from += g.out) {
        if (width == kTileOut) {
          _mm256_store_ps(to, _mm256_loadu_ps(from));
          _mm256_store_ps(to + 8, _mm256_loadu_ps(from + 8));
        } else {
          for (int k = 0; k < kTileOut; k++) to[k] = k < width ? from[k] : 0;
        }
      }
    }
  }
}

// The loops over r have to be unrolled; otherwise the sums are kept in memory.
// sums[r][0..16) += the products of R input and 16 output channels over all pixels of the block.
template <int R>
AVX2 inline void Multiply(const Geometry& g, const Block& b, const float* x, const float* dy, float* sums) {
  const int64_t row_stride = g.padded_out();
  const int64_t step = g.stride * R, row_step = g.stride * b.x_width * R, image_step = b.x_rows * b.x_width * R;
  __m256 low[R], high[R];
#pragma GCC unroll 6
  for (int r = 0; r < R; r++) {
    low[r] = _mm256_load_ps(sums + r * row_stride);
    high[r] = _mm256_load_ps(sums + r * row_stride + 8);
  }
  for (int64_t i = 0; i < b.images; i++) {
    for (int64_t y = 0; y < b.rows; y++) {
      const float* a = x + i * image_step + y * row_step;
      for (int64_t c = 0; c < g.out_width; c++, a += step, dy += kTileOut) {
        const __m256 d0 = _mm256_load_ps(dy), d1 = _mm256_load_ps(dy + 8);
#pragma GCC unroll 6
        for (int r = 0; r < R; r++) {
          const __m256 v = _mm256_broadcast_ss(a + r);
          low[r] = _mm256_fmadd_ps(v, d0, low[r]);
          high[r] = _mm256_fmadd_ps(v, d1, high[r]);
        }
      }
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < R; r++) {
    _mm256_store_ps(sums + r * row_stride, low[r]);
    _mm256_store_ps(sums + r * row_stride + 8, high[r]);
  }
}

// One tile of input channels of a block, against all output channels, at all kernel positions.
template <int R>
AVX2 void AddTile(const Geometry& g, const Block& b, const float* x, int64_t first, const float* dy, float* packed,
                  float* sums) {
  PackInput<R>(g, b, x, first, packed);
  const int64_t pixels = b.images * b.rows * g.out_width;
  for (int64_t tile = 0; tile < g.tiles_out(); tile++) {
    for (int64_t i = 0; i < g.kernel_height; i++) {
      for (int64_t j = 0; j < g.kernel_width; j++) {
        float* at = sums + ((i * g.kernel_width + j) * g.in + first) * g.padded_out() + tile * kTileOut;
        Multiply<R>(g, b, packed + (i * b.x_width + j) * R, dy + tile * pixels * kTileOut, at);
      }
    }
  }
}

// Input channels of the next tile: 6, or 4 where that avoids a narrower tile at the end.
int TileWidth(int64_t left) {
  if (left % kTileIn == 0 || left >= 10) return kTileIn;
  return static_cast<int>(std::min<int64_t>(left, 4));
}

// The sum over images [begin, end) into `sums`.
void AddImages(const Geometry& g, const float* x, const float* dy, int64_t begin, int64_t end, float* sums) {
  thread_local Buffer x_buffer, dy_buffer;
  const int64_t in_image = g.out_height * g.out_width;
  const int64_t images = std::max<int64_t>(1, kPixels / in_image);
  const int64_t most_rows = images > 1 ? g.out_height : std::max<int64_t>(1, std::min(g.out_height, kPixels / g.out_width));
  const int64_t blocks = (g.out_height + most_rows - 1) / most_rows;
  const int64_t rows = (g.out_height + blocks - 1) / blocks;
  const int64_t x_width = (g.out_width - 1) * g.stride + g.kernel_width;
  const auto x_rows = [&](int64_t of) { return (of - 1) * g.stride + g.kernel_height; };
  float* packed_x = x_buffer.At(images * x_rows(rows) * x_width * kTileIn);
  float* packed_dy = dy_buffer.At(images * rows * g.out_width * g.padded_out());
  std::memset(sums, 0, g.sums() * sizeof(float));
  for (int64_t image = begin; image < end; image += images) {
    for (int64_t row = 0; row < g.out_height; row += rows) {
      const int64_t here = std::min(rows, g.out_height - row);
      const Block block{image, std::min(images, end - image), row, here, x_rows(here), x_width};
      PackOutput(g, block, dy, packed_dy);
      for (int64_t first = 0; first < g.in;) {
        const int width = TileWidth(g.in - first);
        const auto add = width == 6   ? AddTile<6>
                         : width == 4 ? AddTile<4>
                         : width == 3 ? AddTile<3>
                         : width == 2 ? AddTile<2>
                                      : AddTile<1>;
        add(g, block, x, first, packed_dy, packed_x, sums);
        first += width;
      }
    }
  }
}

void FilterGradient(const Geometry& g, const float* x, const float* dy, float* result) {
  const int parts = static_cast<int>(std::min<int64_t>(Threads(), g.images));
  std::vector<Buffer> sums(parts);
  for (Buffer& part : sums) part.At(g.sums());
  InParts(parts, [&](int part) {
    AddImages(g, x, dy, g.images * part / parts, g.images * (part + 1) / parts, sums[part].At(0));
  });
  const int64_t rows = g.kernel_height * g.kernel_width * g.in;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t o = 0; o < g.out; o++) {
      float sum = 0;
      for (Buffer& part : sums) sum += part.At(0)[row * g.padded_out() + o];
      result[row * g.out + o] = sum;
    }
  }
}

class Kernel {
 public:
  explicit Kernel(TF_OpKernelConstruction* construction)
      : kernel_height_(IntAttribute(construction, "kernel_height")),
        kernel_width_(IntAttribute(construction, "kernel_width")),
        stride_(IntAttribute(construction, "stride")),
        top_(IntAttribute(construction, "top")),
        left_(IntAttribute(construction, "left")) {}

  void Compute(Call& call) const {
    const Tensor x = call.Input(0), dy = call.Input(1);
    if (x.rank() != 4 || dy.rank() != 4 || x.dim(0) != dy.dim(0))
      throw Failure{TF_INVALID_ARGUMENT, "expected x [n, h, w, in] and dy [n, oh, ow, out]"};
    const Geometry g{x.dim(0),  x.dim(1),       x.dim(2),      x.dim(3), dy.dim(1), dy.dim(2),
                     dy.dim(3), kernel_height_, kernel_width_, stride_,  top_,      left_};
    const Tensor dw = call.Output(0, {g.kernel_height, g.kernel_width, g.in, g.out});
    FilterGradient(g, x.data(), dy.data(), dw.data());
  }

 private:
  const int64_t kernel_height_, kernel_width_, stride_, top_, left_;
};

const bool registered =
    Register<Kernel>({"CladenetConv2DFilterGradient",
                      {"x: float", "dy: float"},
                      {"dw: float"},
                      {"kernel_height: int", "kernel_width: int", "stride: int", "top: int", "left: int"}});

}  // namespace
}  // namespace cladenet

#endif
