/** The contender's side of the protocol that `contender.ts` describes, for contenders written in TypeScript. */
import { createInterface } from 'node:readline';

/** A task to measure, ready to run. */
export interface Task {
  /** The answer to `prepare`. */
  readonly facts: object;
  /** Runs one round and returns its measurements. */
  round(): Promise<object>;
  dispose(): void;
}

export type MakeTask = (options: never) => Promise<Task>;

interface Request {
  readonly do: 'hello' | 'prepare' | 'round' | 'finish';
  readonly task: string;
  readonly options: never;
}

/** Answers requests until the input ends. */
export async function serve(facts: object, makers: Readonly<Record<string, MakeTask>>): Promise<void> {
  const tasks = new Map<string, Task>();
  const known = (name: string): Task => {
    const task = tasks.get(name);
    if (task === undefined) throw new Error(`the task ${name} was not prepared`);
    return task;
  };
  async function answer(request: Request): Promise<object> {
    switch (request.do) {
      case 'hello':
        return facts;
      case 'prepare': {
        const make = makers[request.task];
        if (make === undefined) throw new Error(`no task ${request.task} here`);
        const task = await make(request.options);
        tasks.set(request.task, task);
        return task.facts;
      }
      case 'round':
        return known(request.task).round();
      case 'finish':
        known(request.task).dispose();
        tasks.delete(request.task);
        return {};
    }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as Request).then(
      (ok) => ({ ok }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
