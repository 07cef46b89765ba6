// Signals are kept off the thread that computes. oneDNN's generated code for small matrix products keeps values where a
// signal's handler may write, so that one that comes at the wrong moment corrupts memory: about one in 5,000 of those sent
// while heads of nodes were trained, none with oneDNN off. Handlers of Node only write to a pipe, so any thread can run
// them: one that does nothing else. Threads made later, TensorFlow's among them, inherit what is blocked here; processes
// that Node starts do not.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>
#include <thread>

static sigset_t kept_off() {
  sigset_t set;
  sigfillset(&set);
  // Faults are of the thread that makes them, and SIGPROF and SIGVTALRM ask what a certain thread is doing.
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE, SIGPROF, SIGVTALRM}) {
    sigdelset(&set, signal);
  }
  return set;
}

static const bool signals_kept_off = [] {
  const sigset_t set = kept_off();
  if (pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) return false;
  std::thread([set] {
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    for (;;) pause();
  }).detach();
  return true;
}();
