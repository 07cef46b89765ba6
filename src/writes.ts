/** How many writes are in progress, so that what ends the process can wait for them. */
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a write that must not be interrupted. */
export async function uninterrupted<T>(write: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await write();
  } finally {
    running -= 1;
    if (running === 0) for (const next of waiting.splice(0)) next();
  }
}

/** Calls `then` when no write is in progress, before another one starts; at once if there is none. */
export function onceWritten(then: () => void): void {
  if (running === 0) then();
  else waiting.push(then);
}
