// The inner loops of depthwise convolutions. depthwise.cc includes this file once for each instruction set, inside a namespace,
// with ISA (the attribute of a function compiled for it) and LANES (floats in a vector) defined.
//
// Channels are processed in groups of two vectors. A group of a part of an image is packed with the zeros around the image, so
// that every position of the kernel is the same loop with a different start.

typedef float Vector __attribute__((vector_size(LANES * sizeof(float))));

// Channels of a group.
constexpr int kGroup = 2 * LANES;

#define ISA_INLINE ISA inline __attribute__((always_inline))

ISA_INLINE Vector Load(const float* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof(vector));
  return vector;
}

ISA_INLINE void Store(float* to, Vector vector) { __builtin_memcpy(to, &vector, sizeof(vector)); }

// The first `count` floats, zeros for the rest; at most a vector. And the other way.
ISA_INLINE Vector LoadSome(const float* from, int64_t count) {
  if (count >= LANES) return Load(from);
  Vector vector{};
  if (count > 0) __builtin_memcpy(&vector, from, count * sizeof(float));
  return vector;
}

ISA_INLINE void StoreSome(float* to, Vector vector, int64_t count) {
  if (count >= LANES) {
    Store(to, vector);
  } else if (count > 0) {
    __builtin_memcpy(to, &vector, count * sizeof(float));
  }
}

// The next group of a pixel, which is read (0) or written (1) soon: no prefetcher sees a stride of a whole pixel.
template <int Use>
ISA_INLINE void PrefetchNext(const float* pixel) {
  for (int k = 0; k < kGroup; k += kLine) __builtin_prefetch(pixel + kGroup + k, Use);
}

// Channels [first, first + count) of a part of an image, zeros outside of the image and for the rest of the group:
// [rows][columns][kGroup].
ISA void Pack(const Image& image, int64_t first, int64_t count, const Part& part, float* to) {
  for (int64_t r = 0; r < part.rows; r++) {
    const int64_t y = part.row + r;
    const bool inside = y >= 0 && y < image.height;
    const float* row = image.data + (inside ? y : 0) * image.width * image.channels + first;
    for (int64_t c = 0; c < part.columns; c++, to += kGroup) {
      const int64_t x = part.column + c;
      const int64_t here = inside && x >= 0 && x < image.width ? count : 0;
      const float* from = row + x * image.channels;
      if (here > 0) PrefetchNext<0>(from);
      Store(to, LoadSome(from, here));
      Store(to + LANES, LoadSome(from + LANES, here - LANES));
    }
  }
}

// Where the results of a correlation go: rows x columns pixels, of which the first is at `data`.
struct Target {
  float* data;
  int64_t rows, columns, row_step, pixel_step, channels;
};

// T pixels of a row: the sums of taps x packed pixels, S pixels apart.
template <int T, int S>
ISA_INLINE void CorrelatePixels(const float* in, int64_t in_row, const float* taps, const Taps& size, float* out,
                                const Target& target) {
  Vector low[T], high[T];
#pragma GCC unroll 6
  for (int t = 0; t < T; t++) low[t] = high[t] = Vector{};
  for (int64_t i = 0; i < size.rows; i++) {
    const float* from = in + i * in_row;
    for (int64_t j = 0; j < size.columns; j++, from += kGroup, taps += kGroup) {
      const Vector w0 = Load(taps), w1 = Load(taps + LANES);
#pragma GCC unroll 6
      for (int t = 0; t < T; t++) {
        low[t] += Load(from + t * S * kGroup) * w0;
        high[t] += Load(from + t * S * kGroup + LANES) * w1;
      }
    }
  }
#pragma GCC unroll 6
  for (int t = 0; t < T; t++, out += target.pixel_step) {
    PrefetchNext<1>(out);
    StoreSome(out, low[t], target.channels);
    StoreSome(out + LANES, high[t], target.channels - LANES);
  }
}

// Correlates packed pixels, `in_columns` in a row, with taps [rows][columns][kGroup].
template <int S>
ISA void Correlate(const float* in, int64_t in_columns, const float* taps, const Taps& size, const Target& target) {
  constexpr int kTile = 6;
  const int64_t in_row = in_columns * kGroup;
  for (int64_t y = 0; y < target.rows; y++) {
    const float* from = in + y * S * in_row;
    float* out = target.data + y * target.row_step;
    int64_t x = 0;
    for (; x + kTile <= target.columns; x += kTile, from += kTile * S * kGroup, out += kTile * target.pixel_step)
      CorrelatePixels<kTile, S>(from, in_row, taps, size, out, target);
    switch (target.columns - x) {
      case 5: CorrelatePixels<5, S>(from, in_row, taps, size, out, target); break;
      case 4: CorrelatePixels<4, S>(from, in_row, taps, size, out, target); break;
      case 3: CorrelatePixels<3, S>(from, in_row, taps, size, out, target); break;
      case 2: CorrelatePixels<2, S>(from, in_row, taps, size, out, target); break;
      case 1: CorrelatePixels<1, S>(from, in_row, taps, size, out, target); break;
    }
  }
}

// Pixels of dy, of which the first is at `data`.
struct Gradients {
  const float* data;
  int64_t rows, columns, row_step, pixel_step;
};

// Adds to sums [J][kGroup] the products of packed pixels of x and dy, for J neighbouring taps of a row of the kernel.
template <int J, int S>
ISA void AddTaps(const float* x, int64_t x_columns, const Gradients& dy, float* sums) {
  Vector low[J], high[J];
#pragma GCC unroll 5
  for (int j = 0; j < J; j++) low[j] = high[j] = Vector{};
  for (int64_t row = 0; row < dy.rows; row++) {
    const float* from = x + row * S * x_columns * kGroup;
    const float* d = dy.data + row * dy.row_step;
    for (int64_t column = 0; column < dy.columns; column++, from += S * kGroup, d += dy.pixel_step) {
      const Vector d0 = Load(d), d1 = Load(d + LANES);
#pragma GCC unroll 5
      for (int j = 0; j < J; j++) {
        low[j] += Load(from + j * kGroup) * d0;
        high[j] += Load(from + j * kGroup + LANES) * d1;
      }
    }
  }
#pragma GCC unroll 5
  for (int j = 0; j < J; j++, sums += kGroup) {
    Store(sums, Load(sums) + low[j]);
    Store(sums + LANES, Load(sums + LANES) + high[j]);
  }
}

// Adds to sums [kernel_height][kernel_width][kGroup] the products of a packed part of x and of dy.
template <int S>
void AddProducts(const float* x, int64_t x_columns, const Gradients& dy, const Taps& size, float* sums) {
  constexpr int kMost = 5;
  for (int64_t i = 0; i < size.rows; i++) {
    for (int64_t j = 0; j < size.columns; j += kMost) {
      const float* from = x + (i * x_columns + j) * kGroup;
      float* to = sums + (i * size.columns + j) * kGroup;
      switch (std::min<int64_t>(kMost, size.columns - j)) {
        case 5: AddTaps<5, S>(from, x_columns, dy, to); break;
        case 4: AddTaps<4, S>(from, x_columns, dy, to); break;
        case 3: AddTaps<3, S>(from, x_columns, dy, to); break;
        case 2: AddTaps<2, S>(from, x_columns, dy, to); break;
        case 1: AddTaps<1, S>(from, x_columns, dy, to); break;
      }
    }
  }
}

// Output rows of a part, so that its packed input stays in the L2 cache.
inline int64_t RowsOfPart(int64_t rows, int64_t stride, int64_t kernel, int64_t columns) {
  const int64_t fitting = kPackedBytes / (columns * kGroup * static_cast<int64_t>(sizeof(float)));
  const int64_t most = std::max<int64_t>(1, std::min(rows, (fitting - kernel) / stride + 1));
  const int64_t parts = (rows + most - 1) / most;
  return (rows + parts - 1) / parts;
}

// The kernel w [rows][columns][channels] as [groups][rows][columns][kGroup].
inline const float* PackTaps(const float* w, const Taps& size, int64_t channels, Buffer& buffer) {
  const int64_t taps = size.rows * size.columns, groups = (channels + kGroup - 1) / kGroup;
  float* packed = buffer.At(groups * taps * kGroup);
  for (int64_t group = 0; group < groups; group++) {
    const int64_t first = group * kGroup;
    Pack({w, size.rows, size.columns, channels}, first, std::min<int64_t>(kGroup, channels - first),
         {0, 0, size.rows, size.columns}, packed + group * taps * kGroup);
  }
  return packed;
}

// y of the images [begin, end).
template <int S>
void Convolve(const Geometry& g, const float* x, const float* w, float* y, int64_t begin, int64_t end) {
  thread_local Buffer part_buffer, taps_buffer;
  const Taps size{g.kernel_height, g.kernel_width};
  const int64_t columns = (g.out_width - 1) * S + size.columns;
  const int64_t rows = RowsOfPart(g.out_height, S, size.rows, columns);
  const float* taps = PackTaps(w, size, g.channels, taps_buffer);
  float* part = part_buffer.At(((rows - 1) * S + size.rows) * columns * kGroup);
  for (int64_t image = begin; image < end; image++) {
    for (int64_t row = 0; row < g.out_height; row += rows) {
      const int64_t here = std::min(rows, g.out_height - row);
      for (int64_t first = 0; first < g.channels; first += kGroup) {
        const int64_t count = std::min<int64_t>(kGroup, g.channels - first);
        Pack(g.Input(x, image), first, count, {row * S - g.top, -g.left, (here - 1) * S + size.rows, columns}, part);
        float* to = y + ((image * g.out_height + row) * g.out_width) * g.channels + first;
        Correlate<S>(part, columns, taps + first * size.rows * size.columns, size,
                     {to, here, g.out_width, g.out_width * g.channels, g.channels, count});
      }
    }
  }
}

// dx of the images [begin, end). With a stride of s, the pixels of dx fall into s x s classes by the remainders of their rows
// and columns. Those of one class are a correlation of dy with every s-th tap, in reverse.
void GradientOfInput(const Geometry& g, const float* dy, const float* w, float* dx, int64_t begin, int64_t end) {
  thread_local Buffer part_buffer, taps_buffer, class_buffer;
  const int64_t s = g.stride;
  const Taps size{g.kernel_height, g.kernel_width}, most{(size.rows + s - 1) / s, (size.columns + s - 1) / s};
  const int64_t columns = (g.width - 1 + g.left) / s - g.left / s + most.columns;
  const int64_t rows = s * RowsOfPart((g.height + s - 1) / s, 1, most.rows, columns);
  const float* taps = PackTaps(w, size, g.channels, taps_buffer);
  float* part = part_buffer.At((rows / s + most.rows) * columns * kGroup);
  float* own_taps = class_buffer.At(most.rows * most.columns * kGroup);
  for (int64_t image = begin; image < end; image++) {
    for (int64_t row = 0; row < g.height; row += rows) {
      const int64_t past = std::min(g.height, row + rows);
      const int64_t first_row = (row + g.top) / s - (most.rows - 1), first_column = g.left / s - (most.columns - 1);
      const Part needed{first_row, first_column, (past - 1 + g.top) / s - first_row + 1, columns};
      for (int64_t first = 0; first < g.channels; first += kGroup) {
        const int64_t count = std::min<int64_t>(kGroup, g.channels - first);
        Pack(g.Output(dy, image), first, count, needed, part);
        for (int64_t u = row; u < std::min(past, row + s); u++) {
          for (int64_t v = 0; v < std::min(g.width, s); v++) {
            const int64_t i = (u + g.top) % s, j = (v + g.left) % s;
            const Taps own{(size.rows - i + s - 1) / s, (size.columns - j + s - 1) / s};
            float* to = own_taps;
            for (int64_t a = own.rows; a-- > 0;)
              for (int64_t b = own.columns; b-- > 0; to += kGroup)
                std::memcpy(to, taps + first * size.rows * size.columns + ((i + a * s) * size.columns + j + b * s) * kGroup,
                            kGroup * sizeof(float));
            const int64_t from_row = (u + g.top) / s - (own.rows - 1) - first_row;
            const int64_t from_column = (v + g.left) / s - (own.columns - 1) - first_column;
            Correlate<1>(part + (from_row * columns + from_column) * kGroup, columns, own_taps, own,
                         {dx + ((image * g.height + u) * g.width + v) * g.channels + first, (past - u + s - 1) / s,
                          (g.width - v + s - 1) / s, s * g.width * g.channels, s * g.channels, count});
          }
        }
      }
    }
  }
}

// The sum over the images [begin, end), as [groups][kernel_height][kernel_width][kGroup].
template <int S>
void GradientOfKernel(const Geometry& g, const float* x, const float* dy, float* sums, int64_t begin, int64_t end) {
  thread_local Buffer x_buffer, dy_buffer;
  const Taps size{g.kernel_height, g.kernel_width};
  const int64_t columns = (g.out_width - 1) * S + size.columns;
  const int64_t rows = RowsOfPart(g.out_height, S, size.rows, columns);
  float* part = x_buffer.At(((rows - 1) * S + size.rows) * columns * kGroup);
  float* dy_part = dy_buffer.At(rows * g.out_width * kGroup);
  for (int64_t image = begin; image < end; image++) {
    for (int64_t row = 0; row < g.out_height; row += rows) {
      const int64_t here = std::min(rows, g.out_height - row);
      for (int64_t first = 0; first < g.channels; first += kGroup) {
        const int64_t count = std::min<int64_t>(kGroup, g.channels - first);
        Pack(g.Input(x, image), first, count, {row * S - g.top, -g.left, (here - 1) * S + size.rows, columns}, part);
        Gradients from{dy + ((image * g.out_height + row) * g.out_width) * g.channels + first, here, g.out_width,
                       g.out_width * g.channels, g.channels};
        if (count < kGroup) {
          Pack(g.Output(dy, image), first, count, {row, 0, here, g.out_width}, dy_part);
          from = {dy_part, here, g.out_width, g.out_width * kGroup, kGroup};
        }
        AddProducts<S>(part, columns, from, size, sums + first * size.rows * size.columns);
      }
    }
  }
}

#undef ISA_INLINE
