// CLADENET_OPTIMISE_GRAPHS=0 runs graphs as they were recorded. TensorFlow's rewriting of a graph makes long trainings faster, and takes
// most of the time of those that are over after a few steps, as in tests. The addon makes its sessions without a configuration, so the
// call that it makes is wrapped (-Wl,--wrap, see src/setup/addon.ts).
#include <cstdlib>
#include <cstring>

#include "tensorflow/c/c_api.h"

// ConfigProto: graph_options (10), in it rewrite_options (10), in it disable_meta_optimizer (19) = true.
static const unsigned char kAsRecorded[] = {0x52, 0x05, 0x52, 0x03, 0x98, 0x01, 0x01};

extern "C" {
TF_SessionOptions* __real_TF_NewSessionOptions();

TF_SessionOptions* __wrap_TF_NewSessionOptions() {
  TF_SessionOptions* options = __real_TF_NewSessionOptions();
  const char* optimise = std::getenv("CLADENET_OPTIMISE_GRAPHS");
  if (optimise != nullptr && std::strcmp(optimise, "0") == 0) {
    TF_Status* status = TF_NewStatus();
    TF_SetConfig(options, kAsRecorded, sizeof(kAsRecorded), status);
    TF_DeleteStatus(status);
  }
  return options;
}
}
