// Shared by cladenet's own TensorFlow operations: tensors, attributes, registration, threads.
#pragma once
#if defined(__x86_64__) && defined(__GNUC__)
#define CLADENET_KERNELS 1

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

// Excludes the parts of TensorFlow's headers that are not installed and not used here.
#define IS_SLIM_BUILD
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

// The operations are registered only on processors with AVX2, so all of their code may be compiled for it.
#define AVX2 __attribute__((target("avx2,fma")))
// Code that is called only where HasAvx512().
#define AVX512 __attribute__((target("avx512f,avx2,fma")))

namespace cladenet {

// A float tensor of a running operation.
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor) : tensor_(tensor, TF_DeleteTensor) {}
  int rank() const { return TF_NumDims(tensor_.get()); }
  int64_t dim(int axis) const { return TF_Dim(tensor_.get(), axis); }
  std::vector<int64_t> shape() const;
  int64_t size() const { return TF_TensorElementCount(tensor_.get()); }
  float* data() const { return static_cast<float*>(TF_TensorData(tensor_.get())); }

 private:
  std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)> tensor_;
};

// Thrown inside an operation; TensorFlow reports it as the operation's error.
struct Failure {
  TF_Code code;
  const char* message;
};

// A running operation.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus(), TF_DeleteStatus) {}
  Tensor Input(int index);
  Tensor Output(int index, const std::vector<int64_t>& shape);
  void Fail(TF_Code code, const char* message);

 private:
  void Check() const;
  TF_OpKernelContext* context_;
  std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)> status_;
};

int64_t IntAttribute(TF_OpKernelConstruction* construction, const char* name);
float FloatAttribute(TF_OpKernelConstruction* construction, const char* name);

struct Definition {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
};

// Whether this processor has AVX-512. ONEDNN_MAX_CPU_ISA, by which oneDNN is limited to an older instruction set, limits our
// operations as well: with AVX2, all of them run as on a processor that has no more.
bool HasAvx512();

// Registers an operation on processors with AVX2.
void Register(const Definition& definition, void* (*create)(TF_OpKernelConstruction*),
              void (*compute)(void*, TF_OpKernelContext*), void (*destroy)(void*));

// Runs `compute` and turns an exception into the operation's error.
void Guard(TF_OpKernelContext* context, const std::function<void(Call&)>& compute);

// An operation: a `Kernel` is constructed from its attributes, and its `Compute(Call&)` runs.
template <class Kernel>
bool Register(const Definition& definition) {
  Register(
      definition, [](TF_OpKernelConstruction* c) -> void* { return new Kernel(c); },
      [](void* kernel, TF_OpKernelContext* context) {
        Guard(context, [&](Call& call) { static_cast<Kernel*>(kernel)->Compute(call); });
      },
      [](void* kernel) { delete static_cast<Kernel*>(kernel); });
  return true;
}

// Floats aligned to a cache line; the memory is kept for the next use.
class Buffer {
 public:
  ~Buffer() { std::free(data_); }
  float* At(size_t count) {
    if (count > count_) {
      std::free(data_);
      count_ = count;
      data_ = static_cast<float*>(std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64));
      if (data_ == nullptr) throw std::bad_alloc();
    }
    return data_;
  }

 private:
  float* data_ = nullptr;
  size_t count_ = 0;
};

// The number of threads that TensorFlow uses inside an operation.
int Threads();

// Calls body(0) .. body(parts - 1), each on any thread, and returns when all are done.
void InParts(int parts, const std::function<void(int)>& body);

}  // namespace cladenet

#endif
