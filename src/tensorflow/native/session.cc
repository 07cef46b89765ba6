// How TensorFlow rewrites graphs. The addon makes its sessions without a configuration, so the call that it makes is wrapped
// (-Wl,--wrap, see src/setup/addon.ts).
//
// Rewriting makes long trainings faster. One of its parts does not keep them reproducible: arithmetic optimisation turns a + b + c into one
// AddN, which begins with the input whose memory it may reuse, and which one that is depends on what other threads have finished. So the
// same training came out with other roundings, where gradients of three paths meet.
//
// CLADENET_OPTIMISE_GRAPHS=0 runs graphs as they were recorded: rewriting takes most of the time of trainings that are over after a few
// steps, as in tests.
#include <cstdlib>
#include <cstring>

#include "tensorflow/c/c_api.h"

// ConfigProto: graph_options (10), in it rewrite_options (10), in it arithmetic_optimization (7) = OFF.
static const unsigned char kReproducible[] = {0x52, 0x04, 0x52, 0x02, 0x38, 0x02};
// The same with disable_meta_optimizer (19) = true.
static const unsigned char kAsRecorded[] = {0x52, 0x05, 0x52, 0x03, 0x98, 0x01, 0x01};

extern "C" {
TF_SessionOptions* __real_TF_NewSessionOptions();

TF_SessionOptions* __wrap_TF_NewSessionOptions() {
  TF_SessionOptions* options = __real_TF_NewSessionOptions();
  const char* optimise = std::getenv("CLADENET_OPTIMISE_GRAPHS");
  const bool as_recorded = optimise != nullptr && std::strcmp(optimise, "0") == 0;
  TF_Status* status = TF_NewStatus();
  if (as_recorded) {
    TF_SetConfig(options, kAsRecorded, sizeof(kAsRecorded), status);
  } else {
    TF_SetConfig(options, kReproducible, sizeof(kReproducible), status);
  }
  TF_DeleteStatus(status);
  return options;
}
}
