// Batch normalisation in training (Ioffe and Szegedy, 2015) and the activation after it, as one TensorFlow operation.
//
//   CladenetBatchNorm(x [..., c], scale [c], offset [c], side) -> y [..., c], mean [c], variance [c]
//   y = activation((x - mean) / sqrt(variance + epsilon) * scale + offset + side)
//
// `side` has the shape of x (the other branch of a residual block) or is empty. The returned variance is the unbiased one,
// for running statistics; the biased one normalises. The activation is none (0), ReLU (1) or ReLU6 (2).
//
//   CladenetBatchNormGrad(dy, x, y, scale, offset, mean, variance, side) -> dx, dscale, doffset, dside
//
// Where the activation passed its input on is read from y if there is a side, and recomputed from x otherwise, which saves
// reading y. Without an activation, the gradient of the side is dy, and no side is given here.
//
// Both are memory-bound. As separate operations, normalisation, sum, activation and their gradients would read and write the
// feature maps about twice as often.
#include "kernel.h"

#ifdef CLADENET_KERNELS

#include <algorithm>
#include <cmath>

namespace cladenet {
namespace {

// Number of rows that are summed as floats before the sum is added to a double.
constexpr int64_t kRows = 64;

struct Shape {
  int64_t rows, channels;
  int parts;

  explicit Shape(const Tensor& x)
      : rows(x.size() / std::max<int64_t>(1, x.dim(x.rank() - 1))),
        channels(x.dim(x.rank() - 1)),
        parts(static_cast<int>(std::max<int64_t>(1, std::min<int64_t>(Threads(), rows / kRows)))) {}
  int64_t begin(int part) const { return rows * part / parts; }
};

// Calls add(from, to, a, b) for the rows of the part; a and b [channels] collect two sums, which are returned as doubles.
template <class Add>
void SumRows(const Shape& s, int part, double* a_total, double* b_total, const Add& add) {
  std::vector<float> sums(2 * s.channels);
  float *a = sums.data(), *b = a + s.channels;
  for (int64_t row = s.begin(part); row < s.begin(part + 1); row += kRows) {
    std::fill(sums.begin(), sums.end(), 0.0f);
    add(row, std::min(row + kRows, s.begin(part + 1)), a, b);
    for (int64_t c = 0; c < s.channels; c++) {
      a_total[c] += a[c];
      b_total[c] += b[c];
    }
  }
}

// Two sums over all rows for every channel: [a of all channels, b of all channels].
template <class Add>
std::vector<double> SumAll(const Shape& s, const Add& add) {
  std::vector<std::vector<double>> parts(s.parts, std::vector<double>(2 * s.channels));
  InParts(s.parts, [&](int part) { SumRows(s, part, parts[part].data(), parts[part].data() + s.channels, add); });
  for (int part = 1; part < s.parts; part++)
    for (int64_t i = 0; i < 2 * s.channels; i++) parts[0][i] += parts[part][i];
  return parts[0];
}

// Sums the differences to the first row, whose squares lose no digits to a large mean.
AVX2 void AddMoments(const float* __restrict x, const float* __restrict pivot, int64_t rows, int64_t channels,
                     float* __restrict a, float* __restrict b) {
  for (int64_t row = 0; row < rows; row++, x += channels) {
    for (int64_t c = 0; c < channels; c++) {
      const float d = x[c] - pivot[c];
      a[c] += d;
      b[c] += d * d;
    }
  }
}

enum class Activation { kNone, kRelu, kRelu6 };

// NaN stays NaN and shows in the loss.
template <Activation A>
AVX2 inline float Activate(float value) {
  const float positive = A != Activation::kNone && value < 0 ? 0.0f : value;
  return A == Activation::kRelu6 && positive > 6 ? 6.0f : positive;
}

// Whether the activation that put out `y` passes a gradient on.
template <Activation A>
AVX2 inline bool Passes(float y) {
  return A == Activation::kNone || (A == Activation::kRelu ? y > 0 : (y > 0) & (y < 6));
}

template <Activation A>
AVX2 void Apply(const float* __restrict x, const float* __restrict side, const float* __restrict factor,
                const float* __restrict shift, int64_t rows, int64_t channels, float* __restrict y) {
  if (side == nullptr) {
    for (int64_t row = 0; row < rows; row++, x += channels, y += channels)
      for (int64_t c = 0; c < channels; c++) y[c] = Activate<A>(x[c] * factor[c] + shift[c]);
  } else {
    for (int64_t row = 0; row < rows; row++, x += channels, y += channels, side += channels)
      for (int64_t c = 0; c < channels; c++) y[c] = Activate<A>(x[c] * factor[c] + shift[c] + side[c]);
  }
}

// The normalisation of each channel as a linear function: x * factor + shift.
struct Lines {
  std::vector<float> inverse, factor, shift;  // inverse: 1 / sqrt(biased variance + epsilon)

  Lines(const Shape& s, const Tensor& scale, const Tensor& offset, const Tensor& mean, const Tensor& variance,
        float epsilon)
      : inverse(s.channels), factor(s.channels), shift(s.channels) {
    const double biased = static_cast<double>(std::max<int64_t>(1, s.rows - 1)) / s.rows;
    for (int64_t c = 0; c < s.channels; c++) {
      inverse[c] = static_cast<float>(1 / std::sqrt(variance.data()[c] * biased + epsilon));
      factor[c] = scale.data()[c] * inverse[c];
      shift[c] = offset.data()[c] - mean.data()[c] * factor[c];
    }
  }
};

void RequireShapes(bool fit) {
  if (!fit) throw Failure{TF_INVALID_ARGUMENT, "expected x [..., c], as many scales and offsets, side like x or empty"};
}

class Forward {
 public:
  explicit Forward(TF_OpKernelConstruction* construction)
      : epsilon_(FloatAttribute(construction, "epsilon")),
        activation_(static_cast<Activation>(IntAttribute(construction, "activation"))) {}

  void Compute(Call& call) const {
    switch (activation_) {
      case Activation::kNone: return Compute<Activation::kNone>(call);
      case Activation::kRelu: return Compute<Activation::kRelu>(call);
      case Activation::kRelu6: return Compute<Activation::kRelu6>(call);
    }
  }

 private:
  template <Activation A>
  void Compute(Call& call) const {
    const Tensor x = call.Input(0), scale = call.Input(1), offset = call.Input(2), side = call.Input(3);
    RequireShapes(x.rank() == 4 && x.size() > 0 && scale.size() == x.dim(3) && offset.size() == x.dim(3) &&
                  (side.size() == 0 || side.size() == x.size()));
    const Shape s(x);
    const Tensor y = call.Output(0, x.shape());
    const Tensor mean = call.Output(1, {s.channels}), variance = call.Output(2, {s.channels});
    const float* pivot = x.data();
    const auto moments = SumAll(s, [&](int64_t from, int64_t to, float* a, float* b) {
      AddMoments(x.data() + from * s.channels, pivot, to - from, s.channels, a, b);
    });
    for (int64_t c = 0; c < s.channels; c++) {
      const double difference = moments[c] / s.rows;
      const double squares = moments[s.channels + c] - moments[c] * difference;
      mean.data()[c] = static_cast<float>(pivot[c] + difference);
      variance.data()[c] = static_cast<float>(std::max(0.0, squares) / std::max<int64_t>(1, s.rows - 1));
    }
    const Lines lines(s, scale, offset, mean, variance, epsilon_);
    InParts(s.parts, [&](int part) {
      const int64_t from = s.begin(part) * s.channels;
      Apply<A>(x.data() + from, side.size() == 0 ? nullptr : side.data() + from, lines.factor.data(), lines.shift.data(),
               s.begin(part + 1) - s.begin(part), s.channels, y.data() + from);
    });
  }

  const float epsilon_;
  const Activation activation_;
};

// dy of channel c of a row, where the activation passed its input on.
template <Activation A, bool kSide>
AVX2 inline float Passed(const float* dy, const float* x, const float* y, const float* factor, const float* shift,
                         int64_t c) {
  const float gradient = dy[c];  // read in any case: a load that depends on a condition is slow
  const float value = kSide ? y[c] : x[c] * factor[c] + shift[c];
  return Passes<A>(value) ? gradient : 0.0f;
}

// Sums of dz and of dz (x - mean), where dz is what passed; with a side, dz is also its gradient.
template <Activation A, bool kSide>
AVX2 void AddGradients(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                       const float* __restrict factor, const float* __restrict shift, const float* __restrict mean,
                       int64_t rows, int64_t channels, float* __restrict a, float* __restrict b,
                       float* __restrict dside) {
  for (int64_t row = 0; row < rows; row++, dy += channels, x += channels, y += channels, dside += channels) {
    for (int64_t c = 0; c < channels; c++) {
      const float dz = Passed<A, kSide>(dy, x, y, factor, shift, c);
      a[c] += dz;
      b[c] += dz * (x[c] - mean[c]);
      if (kSide) dside[c] = dz;
    }
  }
}

// dx = factor dz - (slope x + constant)
template <Activation A, bool kSide>
AVX2 void ApplyGradients(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                         const float* __restrict factor, const float* __restrict shift,
                         const float* __restrict slope, const float* __restrict constant, int64_t rows,
                         int64_t channels, float* __restrict dx) {
  for (int64_t row = 0; row < rows; row++, dy += channels, x += channels, y += channels, dx += channels) {
    for (int64_t c = 0; c < channels; c++) {
      const float dz = Passed<A, kSide>(dy, x, y, factor, shift, c);
      dx[c] = factor[c] * dz - (slope[c] * x[c] + constant[c]);
    }
  }
}

class Backward {
 public:
  explicit Backward(TF_OpKernelConstruction* construction)
      : epsilon_(FloatAttribute(construction, "epsilon")),
        activation_(static_cast<Activation>(IntAttribute(construction, "activation"))) {}

  void Compute(Call& call) const {
    switch (activation_) {
      case Activation::kNone: return Compute<Activation::kNone>(call);
      case Activation::kRelu: return Compute<Activation::kRelu>(call);
      case Activation::kRelu6: return Compute<Activation::kRelu6>(call);
    }
  }

 private:
  template <Activation A>
  void Compute(Call& call) const {
    const Tensor dy = call.Input(0), x = call.Input(1), y = call.Input(2), scale = call.Input(3);
    const Tensor offset = call.Input(4), mean = call.Input(5), variance = call.Input(6), side = call.Input(7);
    RequireShapes(x.rank() == 4 && x.size() > 0 && dy.size() == x.size() && y.size() == x.size() &&
                  scale.size() == x.dim(3) && (side.size() == 0 || side.size() == x.size()));
    const Shape s(x);
    const bool has_side = side.size() > 0;
    const Tensor dx = call.Output(0, x.shape());
    const Tensor dscale = call.Output(1, {s.channels}), doffset = call.Output(2, {s.channels});
    const Tensor dside = call.Output(3, side.shape());
    const Lines lines(s, scale, offset, mean, variance, epsilon_);
    const float *factor = lines.factor.data(), *shift = lines.shift.data();
    const auto add = has_side ? AddGradients<A, true> : AddGradients<A, false>;
    const auto sums = SumAll(s, [&](int64_t from, int64_t to, float* a, float* b) {
      const int64_t at = from * s.channels;
      add(dy.data() + at, x.data() + at, y.data() + at, factor, shift, mean.data(), to - from, s.channels, a, b,
          dside.data() + (has_side ? at : 0));
    });
    std::vector<float> slope(s.channels), constant(s.channels);
    for (int64_t c = 0; c < s.channels; c++) {
      const double towards = sums[s.channels + c] * lines.inverse[c];
      doffset.data()[c] = static_cast<float>(sums[c]);
      dscale.data()[c] = static_cast<float>(towards);
      slope[c] = static_cast<float>(factor[c] * lines.inverse[c] * towards / s.rows);
      constant[c] = static_cast<float>(factor[c] * sums[c] / s.rows - slope[c] * static_cast<double>(mean.data()[c]));
    }
    const auto apply = has_side ? ApplyGradients<A, true> : ApplyGradients<A, false>;
    InParts(s.parts, [&](int part) {
      const int64_t at = s.begin(part) * s.channels;
      apply(dy.data() + at, x.data() + at, y.data() + at, factor, shift, slope.data(), constant.data(),
            s.begin(part + 1) - s.begin(part), s.channels, dx.data() + at);
    });
  }

  const float epsilon_;
  const Activation activation_;
};

const bool registered =
    Register<Forward>({"CladenetBatchNorm",
                       {"x: float", "scale: float", "offset: float", "side: float"},
                       {"y: float", "mean: float", "variance: float"},
                       {"epsilon: float", "activation: int"}}) &&
    Register<Backward>({"CladenetBatchNormGrad",
                        {"dy: float", "x: float", "y: float", "scale: float", "offset: float", "mean: float",
                         "variance: float", "side: float"},
                        {"dx: float", "dscale: float", "doffset: float", "dside: float"},
                        {"epsilon: float", "activation: int"}});

}  // namespace
}  // namespace cladenet

#endif
