#!/usr/bin/env node
/** The command line as a process: its signals, its streams, its exit code. */
import { endedBy, endProcess } from './exit-codes.js';
import { surviveClosedOutput } from './output.js';

// Node would open a debugger. Work that can be stopped in order has a handler of its own.
process.on('SIGUSR1', (name) => {
  if (process.listenerCount(name) > 1) return;
  endProcess(endedBy(name));
  process.exit();
});
surviveClosedOutput(process);

// Loaded once the handlers are there.
const { run } = await import('./run.js');
endProcess(await run(process.argv.slice(2)));
