// Parts of TensorFlow write through Abseil's log, which does not know TF_CPP_MIN_LOG_LEVEL, and would greet every compiled
// step on standard error. Declared by hand: the pinned library exports it, its headers are not at hand.
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
