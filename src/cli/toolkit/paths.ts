/** What a call reads and writes, by the facts of its arguments and options. */

import type { z } from 'zod';
import { append } from '../../arrays.js';
import { factsOf } from '../../options/option.js';
import type { InputPath, OutputPath } from '../../outputs/output-path.js';
import { inParts, trainingOutputs } from '../../outputs/with-outputs.js';
import type { Command } from './command.js';

export interface CallPaths {
  readonly outputs: readonly OutputPath[];
  readonly inputs: readonly InputPath[];
}

type Values = Readonly<Record<string, unknown>>;

/** @param config the file that options were read from */
export function pathsOf(command: Command, args: Values, options: Values, config: string | undefined): CallPaths {
  const where = command.optionsFile?.option ?? 'config';
  const inputs: InputPath[] = config === undefined ? [] : [{ where, path: config, kind: 'file' }];
  const outputs: OutputPath[] = [...(command.outputs?.(args, options) ?? [])];
  for (const [{ shape }, values] of [[command.arguments, args] as const, [command.options, options] as const]) {
    for (const [where, schema] of Object.entries(shape)) {
      const { reads, writes, places } = factsOf(schema as z.ZodType);
      for (const value of [values[where]].flat()) {
        const path = pathOf(value);
        if (path === undefined) continue;
        if (reads !== undefined) inputs.push({ where, path, kind: reads });
        if (places !== undefined)
          append(
            outputs,
            places(path, values).map((place) => ({ where, ...place })),
          );
        else if (writes === 'classifier') append(outputs, trainingOutputs(where, path));
        else if (writes !== undefined) outputs.push({ where, path, kind: writes });
      }
    }
  }
  return { outputs: command.inParts?.(options) ? inParts(outputs) : outputs, inputs };
}

/** The path in a value: the value itself, or the file of one that may also be something else. */
function pathOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const file = typeof value === 'object' && value !== null && 'file' in value ? value.file : undefined;
  return typeof file === 'string' ? file : undefined;
}
