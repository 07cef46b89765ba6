// One update of a weight by Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as one TensorFlow operation:
//
//   CladenetAdamW(weight, gradient, mean, square, scalars [rate, correction, keep]) -> weight, mean, square
//   mean   += (gradient - mean) * towards_mean
//   square += (gradient^2 - square) * towards_square
//   weight  = weight * keep - rate * mean / (sqrt(square) / correction + epsilon)
//
// `keep` is 1 - rate * decay, used only if `decays` is not 0. Split into twelve operations, the update reads and writes each
// number about thirty times; as one operation, seven times.
#include "kernel.h"

#ifdef CLADENET_KERNELS

#include <algorithm>
#include <cmath>

namespace cladenet {
namespace {

// The smallest amount of numbers that is worth waking a thread for.
constexpr int64_t kLeast = 16384;

class AdamW {
 public:
  explicit AdamW(TF_OpKernelConstruction* construction)
      : towards_mean_(FloatAttribute(construction, "towards_mean")),
        towards_square_(FloatAttribute(construction, "towards_square")),
        epsilon_(FloatAttribute(construction, "epsilon")),
        decays_(IntAttribute(construction, "decays") != 0) {}

  void Compute(Call& call) const {
    const Tensor weight = call.Input(0), gradient = call.Input(1), mean = call.Input(2), square = call.Input(3);
    const Tensor scalars = call.Input(4);
    const int64_t count = weight.size();
    if (gradient.size() != count || mean.size() != count || square.size() != count || scalars.size() != 3)
      throw Failure{TF_INVALID_ARGUMENT, "expected weight, gradient, mean and square of one size, and three scalars"};
    const std::vector<int64_t> shape = weight.shape();
    const Tensor next = call.Output(0, shape), next_mean = call.Output(1, shape), next_square = call.Output(2, shape);
    const int parts = static_cast<int>(std::max<int64_t>(1, std::min<int64_t>(Threads(), count / kLeast)));
    const float rate = scalars.data()[0], correction = scalars.data()[1], keep = decays_ ? scalars.data()[2] : 1.0f;
    InParts(parts, [&](int part) {
      const int64_t from = count * part / parts, to = count * (part + 1) / parts;
      Update(weight.data() + from, gradient.data() + from, mean.data() + from, square.data() + from, to - from, rate,
             correction, keep, next.data() + from, next_mean.data() + from, next_square.data() + from);
    });
  }

 private:
  AVX2 void Update(const float* __restrict weight, const float* __restrict gradient, const float* __restrict mean,
                   const float* __restrict square, int64_t count, float rate, float correction, float keep,
                   float* __restrict next, float* __restrict next_mean, float* __restrict next_square) const {
    const float towards_mean = towards_mean_, towards_square = towards_square_, epsilon = epsilon_;
    for (int64_t i = 0; i < count; i++) {
      const float g = gradient[i];
      const float m = mean[i] + (g - mean[i]) * towards_mean;
      const float v = square[i] + (g * g - square[i]) * towards_square;
      next_mean[i] = m;
      next_square[i] = v;
      next[i] = weight[i] * keep - m * rate / (std::sqrt(v) / correction + epsilon);
    }
  }

  const float towards_mean_, towards_square_, epsilon_;
  const bool decays_;
};

const bool registered = Register<AdamW>({"CladenetAdamW",
                                         {"weight: float", "gradient: float", "mean: float", "square: float",
                                          "scalars: float"},
                                         {"next: float", "next_mean: float", "next_square: float"},
                                         {"towards_mean: float", "towards_square: float", "epsilon: float",
                                          "decays: int"}});

}  // namespace
}  // namespace cladenet

#endif
