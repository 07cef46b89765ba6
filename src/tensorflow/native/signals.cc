// Keeps signals off the thread that computes. oneDNN's generated code for small matrix products keeps values where a signal
// handler may write, so that a signal at the wrong moment corrupts memory: about one in 5,000 of those sent while heads of
// nodes were trained, none with oneDNN off. Node's handlers only write to a pipe, so any thread can run them: here one
// that does nothing else. Threads created later, including TensorFlow's, inherit the signal mask; processes that Node starts
// do not.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>
#include <thread>

static sigset_t kept_off() {
  sigset_t set;
  sigfillset(&set);
  // Faults belong to the thread that causes them, and SIGPROF and SIGVTALRM sample a particular thread.
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
