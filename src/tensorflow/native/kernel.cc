#include "kernel.h"

#ifdef CLADENET_KERNELS

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

namespace cladenet {

void Call::Check() const {
  if (TF_GetCode(status_.get()) != TF_OK) throw Failure{TF_GetCode(status_.get()), TF_Message(status_.get())};
}

Tensor Call::Input(int index) {
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status_.get());
  Check();
  return Tensor(tensor);
}

std::vector<int64_t> Tensor::shape() const {
  std::vector<int64_t> dims(rank());
  for (int axis = 0; axis < rank(); axis++) dims[axis] = dim(axis);
  return dims;
}

Tensor Call::Output(int index, const std::vector<int64_t>& shape) {
  size_t bytes = sizeof(float);
  for (const int64_t size : shape) bytes *= size;
  const int rank = static_cast<int>(shape.size());
  Tensor tensor(TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), rank, bytes, status_.get()));
  Check();
  return tensor;
}

void Call::Fail(TF_Code code, const char* message) {
  // Copied, because the message may point into the status.
  const std::string text = message;
  TF_SetStatus(status_.get(), code, text.c_str());
  TF_OpKernelContext_Failure(context_, status_.get());
}

void Guard(TF_OpKernelContext* context, const std::function<void(Call&)>& compute) {
  Call call(context);
  try {
    compute(call);
  } catch (const Failure& failure) {
    call.Fail(failure.code, failure.message);
  } catch (const std::bad_alloc&) {
    call.Fail(TF_RESOURCE_EXHAUSTED, "OOM in an operation of cladenet");
  }
}

template <class Value>
static Value Attribute(TF_OpKernelConstruction* construction, const char* name,
                       void (*get)(TF_OpKernelConstruction*, const char*, Value*, TF_Status*)) {
  Value value{};
  TF_Status* status = TF_NewStatus();
  get(construction, name, &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return value;
}

int64_t IntAttribute(TF_OpKernelConstruction* construction, const char* name) {
  return Attribute<int64_t>(construction, name, TF_OpKernelConstruction_GetAttrInt64);
}

float FloatAttribute(TF_OpKernelConstruction* construction, const char* name) {
  return Attribute<float>(construction, name, TF_OpKernelConstruction_GetAttrFloat);
}

bool HasAvx512() {
  static const bool has = [] {
    const char* limit = std::getenv("ONEDNN_MAX_CPU_ISA");
    const bool is_limited = limit != nullptr && std::strncmp(limit, "AVX512", 6) != 0 && std::strncmp(limit, "AVX10", 5) != 0 &&
                            std::strcmp(limit, "ALL") != 0 && std::strcmp(limit, "DEFAULT") != 0;
    return __builtin_cpu_supports("avx512f") && !is_limited;
  }();
  return has;
}

void Register(const Definition& definition, void* (*create)(TF_OpKernelConstruction*),
              void (*compute)(void*, TF_OpKernelContext*), void (*destroy)(void*)) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* input : definition.inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : definition.outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  for (const char* attribute : definition.attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  // Nothing in a training step needs the shape before it runs.
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, TF_ShapeInferenceContextSetUnknownShape);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel = TF_NewKernelBuilder(definition.name, "CPU", create, compute, destroy);
    TF_RegisterKernelBuilder(definition.name, kernel, status);
  }
  TF_DeleteStatus(status);
}

int Threads() {
  static const int threads = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    if (asked != nullptr && std::atoi(asked) > 0) return std::atoi(asked);
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }();
  return threads;
}

namespace {

// Threads that wait for work. The thread that submits a job takes part in it.
class Workers {
 public:
  explicit Workers(int threads) {
    for (int i = 1; i < threads; i++) std::thread([this] { Serve(); }).detach();
  }

  void Run(int count, const std::function<void(int)>& body) {
    const auto job = std::make_shared<Job>(Job{&body, count});
    {
      std::lock_guard<std::mutex> lock(mutex_);
      jobs_.push_back(job);
    }
    work_.notify_all();
    while (Step(job)) {
    }
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return job->finished == job->count; });
  }

 private:
  struct Job {
    const std::function<void(int)>* body;
    int count;
    int taken = 0;
    int finished = 0;
  };

  // Runs one piece of the job; returns false when none is left.
  bool Step(const std::shared_ptr<Job>& job) {
    int piece;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (job->taken == job->count) return false;
      piece = job->taken++;
      if (job->taken == job->count) jobs_.erase(std::find(jobs_.begin(), jobs_.end(), job));
    }
    (*job->body)(piece);
    std::lock_guard<std::mutex> lock(mutex_);
    if (++job->finished == job->count) done_.notify_all();
    return true;
  }

  void Serve() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        work_.wait(lock, [this] { return !jobs_.empty(); });
        job = jobs_.front();
      }
      Step(job);
    }
  }

  std::mutex mutex_;
  std::condition_variable work_, done_;
  std::deque<std::shared_ptr<Job>> jobs_;
};

}  // namespace

void InParts(int parts, const std::function<void(int)>& body) {
  if (parts == 1) return body(0);
  // Never destroyed, because its threads run as long as the process.
  static Workers* workers = new Workers(Threads());
  workers->Run(parts, body);
}

}  // namespace cladenet

#endif
