// Depthwise convolutions and their gradients, as TensorFlow operations. Images are channels-last; w is [kh, kw, 1, channels].
//
//   CladenetDepthwiseConv2D(x [n, h, w, c], w) -> y [n, oh, ow, c]
//   y[n, y, x, c] = sum over i, j of x[n, y * stride + i - top, x * stride + j - left, c] * w[i, j, 0, c]
//   CladenetDepthwiseConv2DInputGradient(dy, w) -> dx
//   CladenetDepthwiseConv2DFilterGradient(x, dy) -> dw
//
// TensorFlow's gradient of the kernel reaches 1 to 30 GFLOP/s, the less the smaller the images are. Here all three are the same
// loops over packed groups of channels. The order of a sum depends only on the number of threads.
#include "kernel.h"

#ifdef CLADENET_KERNELS

#include <algorithm>
#include <cstring>

namespace cladenet {
namespace {

struct Image {
  const float* data;
  int64_t height, width, channels;
};

// Rows and columns of an image, which may reach beyond it.
struct Part {
  int64_t row, column, rows, columns;
};

struct Taps {
  int64_t rows, columns;
};

struct Geometry {
  int64_t images, height, width, out_height, out_width, channels;
  int64_t kernel_height, kernel_width, stride, top, left;

  Image Input(const float* x, int64_t image) const {
    return {x + image * height * width * channels, height, width, channels};
  }
  Image Output(const float* y, int64_t image) const {
    return {y + image * out_height * out_width * channels, out_height, out_width, channels};
  }
};

// Of a part of an image: half of the smallest L2 cache that a processor with AVX2 has.
constexpr int64_t kPackedBytes = 128 * 1024;

// Floats in a cache line.
constexpr int kLine = 16;

namespace avx2 {
#define ISA AVX2
#define LANES 8
#include "depthwise-loops.h"
#undef ISA
#undef LANES
}  // namespace avx2

namespace avx512 {
#define ISA AVX512
#define LANES 16
#include "depthwise-loops.h"
#undef ISA
#undef LANES
}  // namespace avx512

// The attributes that all three operations have.
struct Window {
  const int64_t stride, top, left;

  explicit Window(TF_OpKernelConstruction* construction)
      : stride(IntAttribute(construction, "stride")),
        top(IntAttribute(construction, "top")),
        left(IntAttribute(construction, "left")) {}
};

void Require(bool fits) {
  if (!fits) throw Failure{TF_INVALID_ARGUMENT, "expected images [n, h, w, c], a kernel [kh, kw, 1, c], a stride of 1 or 2"};
}

// Calls body(part, begin, end) for the images of each part.
template <class Body>
void OverImages(int64_t images, const Body& body) {
  const int parts = static_cast<int>(std::min<int64_t>(Threads(), images));
  InParts(parts, [&](int part) { body(part, images * part / parts, images * (part + 1) / parts); });
}

class Forward {
 public:
  explicit Forward(TF_OpKernelConstruction* construction)
      : window_(construction),
        out_height_(IntAttribute(construction, "out_height")),
        out_width_(IntAttribute(construction, "out_width")) {}

  void Compute(Call& call) const {
    const Tensor x = call.Input(0), w = call.Input(1);
    Require(x.rank() == 4 && w.rank() == 4 && w.dim(3) == x.dim(3) && (window_.stride == 1 || window_.stride == 2));
    const Geometry g{x.dim(0), x.dim(1), x.dim(2),       out_height_, out_width_,  x.dim(3),
                     w.dim(0), w.dim(1), window_.stride, window_.top, window_.left};
    const Tensor y = call.Output(0, {g.images, g.out_height, g.out_width, g.channels});
    const auto convolve = HasAvx512() ? (g.stride == 1 ? avx512::Convolve<1> : avx512::Convolve<2>)
                                      : (g.stride == 1 ? avx2::Convolve<1> : avx2::Convolve<2>);
    OverImages(g.images, [&](int, int64_t begin, int64_t end) { convolve(g, x.data(), w.data(), y.data(), begin, end); });
  }

 private:
  const Window window_;
  const int64_t out_height_, out_width_;
};

class InputGradient {
 public:
  explicit InputGradient(TF_OpKernelConstruction* construction)
      : window_(construction),
        height_(IntAttribute(construction, "height")),
        width_(IntAttribute(construction, "width")) {}

  void Compute(Call& call) const {
    const Tensor dy = call.Input(0), w = call.Input(1);
    Require(dy.rank() == 4 && w.rank() == 4 && w.dim(3) == dy.dim(3) && (window_.stride == 1 || window_.stride == 2));
    const Geometry g{dy.dim(0), height_,  width_,         dy.dim(1),   dy.dim(2),   dy.dim(3),
                     w.dim(0),  w.dim(1), window_.stride, window_.top, window_.left};
    const Tensor dx = call.Output(0, {g.images, g.height, g.width, g.channels});
    const auto gradient = HasAvx512() ? avx512::GradientOfInput : avx2::GradientOfInput;
    OverImages(g.images, [&](int, int64_t begin, int64_t end) { gradient(g, dy.data(), w.data(), dx.data(), begin, end); });
  }

 private:
  const Window window_;
  const int64_t height_, width_;
};

class KernelGradient {
 public:
  explicit KernelGradient(TF_OpKernelConstruction* construction)
      : window_(construction),
        kernel_height_(IntAttribute(construction, "kernel_height")),
        kernel_width_(IntAttribute(construction, "kernel_width")) {}

  void Compute(Call& call) const {
    const Tensor x = call.Input(0), dy = call.Input(1);
    Require(x.rank() == 4 && dy.rank() == 4 && dy.dim(0) == x.dim(0) && dy.dim(3) == x.dim(3) &&
            (window_.stride == 1 || window_.stride == 2));
    const Geometry g{x.dim(0),       x.dim(1),      x.dim(2),       dy.dim(1),   dy.dim(2),   x.dim(3),
                     kernel_height_, kernel_width_, window_.stride, window_.top, window_.left};
    const Tensor dw = call.Output(0, {g.kernel_height, g.kernel_width, 1, g.channels});
    const int64_t group = HasAvx512() ? avx512::kGroup : avx2::kGroup;
    const auto gradient = HasAvx512() ? (g.stride == 1 ? avx512::GradientOfKernel<1> : avx512::GradientOfKernel<2>)
                                      : (g.stride == 1 ? avx2::GradientOfKernel<1> : avx2::GradientOfKernel<2>);
    const int64_t taps = g.kernel_height * g.kernel_width, groups = (g.channels + group - 1) / group;
    std::vector<std::vector<float>> sums(std::min<int64_t>(Threads(), g.images), std::vector<float>(groups * taps * group));
    OverImages(g.images, [&](int part, int64_t begin, int64_t end) {
      gradient(g, x.data(), dy.data(), sums[part].data(), begin, end);
    });
    for (int64_t tap = 0; tap < taps; tap++) {
      for (int64_t c = 0; c < g.channels; c++) {
        float sum = 0;
        for (const auto& part : sums) sum += part[(c / group * taps + tap) * group + c % group];
        dw.data()[tap * g.channels + c] = sum;
      }
    }
  }

 private:
  const Window window_;
  const int64_t kernel_height_, kernel_width_;
};

const bool registered =
    Register<Forward>({"CladenetDepthwiseConv2D",
                       {"x: float", "w: float"},
                       {"y: float"},
                       {"stride: int", "top: int", "left: int", "out_height: int", "out_width: int"}}) &&
    Register<InputGradient>({"CladenetDepthwiseConv2DInputGradient",
                             {"dy: float", "w: float"},
                             {"dx: float"},
                             {"stride: int", "top: int", "left: int", "height: int", "width: int"}}) &&
    Register<KernelGradient>({"CladenetDepthwiseConv2DFilterGradient",
                              {"x: float", "dy: float"},
                              {"dw: float"},
                              {"stride: int", "top: int", "left: int", "kernel_height: int", "kernel_width: int"}});

}  // namespace
}  // namespace cladenet

#endif
