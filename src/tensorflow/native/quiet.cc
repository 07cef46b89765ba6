// Parts of TensorFlow write through Abseil's log, which ignores TF_CPP_MIN_LOG_LEVEL and would print to standard error at every
// compiled step. Declared by hand, because the pinned library exports it but its headers are not installed.
#include <cstdlib>

namespace absl {
inline namespace lts_20250127 {
enum class LogSeverityAtLeast : int;
void SetMinLogLevel(LogSeverityAtLeast);
}  // namespace lts_20250127
}  // namespace absl

static const bool quiet = [] {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level != nullptr) absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(std::atoi(level)));
  return true;
}();
