/** Programs on this process's TensorFlow, which is loaded when the first program is created. */
import { compile } from './compile.js';
import type { Program, ProgramDefinition } from './program.js';
import { loadRuntime, type RuntimeOptions } from './runtime.js';

/** Turns a definition into a program that can run. */
export type MakeProgram = <F extends string>(definition: ProgramDefinition<F>) => Program<F>;

export function programsOn(options: RuntimeOptions = {}): MakeProgram {
  return (definition) => compile(loadRuntime(options), definition);
}
