/**
 * Compiles a program: each function runs once, eagerly, under a recorder, and its operations become one TensorFlow graph.
 * State becomes graph variables, which stay on the device between runs. Inputs become placeholders. A run is then a single
 * native call instead of several hundred.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { append } from '../arrays.js';
import type { OpAttribute, Runtime } from './binding.js';
import { GraphRecorder } from './graph.js';
import type { NdArray, NumberArray } from './nd-array.js';
import { createOps } from './ops.js';
import { type Program, type ProgramDefinition, type ProgramFunction, ProgramGuard, type Tensors } from './program.js';
import { dtypeOf, scoped, toNative, toTensor } from './transfer.js';

/** An input or output of the graph: its name in the program and its node in the graph. */
interface Port {
  readonly name: string;
  readonly node: string;
}

/** An output. Bytes leave the graph as 32-bit integers, because the addon cannot return bytes. */
interface Fetch extends Port {
  readonly bytes: boolean;
}

interface Signature {
  readonly inputs: readonly (Port & { readonly shape: readonly number[] })[];
  readonly outputs: readonly Fetch[];
}

export function compile<F extends string>(runtime: Runtime, definition: ProgramDefinition<F>): Program<F> {
  const guard = new ProgramGuard(definition);
  const { graph, variables, signatures } = trace(runtime, definition, guard);
  const session = loadGraph(runtime, graph);
  const { binding } = runtime;

  /** One native call: feeds the inputs, runs the nodes that the outputs depend on, and copies the outputs back. */
  function call(
    feeds: readonly (Port & { readonly value: NdArray })[],
    fetches: readonly Fetch[],
  ): Record<string, NdArray> {
    const ids: number[] = [];
    try {
      for (const { value } of feeds) {
        ids.push(toNative(runtime, value));
      }
      const results = binding.runSavedModel(
        session,
        [...ids],
        feeds.map(({ node }) => `${node}:0`).join(','),
        fetches.map(({ node }) => `${node}:0`).join(','),
      );
      append(
        ids,
        results.map(({ id }) => id),
      );
      return Object.fromEntries(
        results.map(({ id, shape }, i) => {
          const data = binding.tensorDataSync(id);
          return [fetches[i]?.name, { shape, data: fetches[i]?.bytes ? Uint8Array.from(data) : data }];
        }),
      );
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  /** The initial state, until something is computed with it or written over it. */
  let initial: Readonly<Record<string, NdArray>> = definition.state;

  /**
   * Writes everything in one call, because TensorFlow prepares the whole graph again for every new set of feeds. So the initial state waits
   * for what is written over it.
   */
  function write(replaced: Readonly<Record<string, NdArray>>): void {
    const values = { ...initial, ...replaced };
    const named = Object.entries(values).map(([name, value]) => ({ name, value, node: variables[name] as string }));
    if (named.length === 0) return;
    call(
      named.map(({ name, value, node }) => ({ name, value, node: `${node}_feed` })),
      named.map(({ name, node }) => ({ name, node: `${node}_written`, bytes: false })),
    );
    initial = {};
  }

  return {
    run(name: F, inputs: Readonly<Record<string, NumberArray>>) {
      guard.checkInputs(name, inputs);
      write({});
      const signature = signatures[name];
      const feeds = signature.inputs.map((port) => ({
        ...port,
        value: { shape: port.shape, data: inputs[port.name] as NumberArray },
      }));
      return call(feeds, signature.outputs);
    },
    readState(names = Object.keys(variables)) {
      guard.checkNames(names);
      if (names.length === 0) return {};
      write({});
      const isBytes = (name: string) => definition.state[name]?.data instanceof Uint8Array;
      return call(
        [],
        names.map((name) => ({ name, node: `${variables[name]}_read`, bytes: isBytes(name) })),
      );
    },
    writeState(values) {
      guard.checkState(values);
      write(values);
    },
    dispose() {
      guard.dispose();
      binding.deleteSavedModel(session);
    },
  };
}

/** Records all functions of a program over one set of variables. */
function trace<F extends string>(runtime: Runtime, definition: ProgramDefinition<F>, guard: ProgramGuard) {
  const { binding } = runtime;
  const graph = new GraphRecorder(runtime);
  const ops = createOps(runtime);
  const variables: Record<string, string> = {};
  const signatures = {} as Record<F, Signature>;
  const type = (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_TYPE, value });
  const shape = (value: readonly number[]): OpAttribute => ({
    name: 'shape',
    type: binding.TF_ATTR_SHAPE,
    value: [...value],
  });

  /** A tensor that represents `node` of the graph during the recording run. */
  function tensorFor(value: NdArray, node: string): Tensor {
    const tensor = toTensor(runtime, value);
    graph.bind(runtime.backend.getInputTensorIds([tensor])[0] as number, node, dtypeOf(runtime, value.data));
    return tensor;
  }

  scoped(runtime, () => {
    const state: Record<string, Tensor> = {};
    for (const [name, value] of Object.entries(definition.state)) {
      const node = `state${Object.keys(variables).length}`;
      variables[name] = node;
      const dtype = type('dtype', dtypeOf(runtime, value.data));
      const text = (key: string, content: string): OpAttribute => ({
        name: key,
        type: binding.TF_ATTR_STRING,
        value: content,
      });
      graph.add(node, 'VarHandleOp', [], [dtype, shape(value.shape), text('shared_name', node), text('container', '')]);
      graph.add(`${node}_value`, 'ReadVariableOp', [node], [dtype]);
      addReading(graph, runtime, `${node}_read`, [`${node}_value`], dtypeOf(runtime, value.data));
      graph.add(`${node}_feed`, 'Placeholder', [], [dtype, shape(value.shape)]);
      graph.add(`${node}_write`, 'AssignVariableOp', [node, `${node}_feed`], [dtype]);
      graph.constant(`${node}_written`, { shape: [], data: Int32Array.of(1) }, [`^${node}_write`]);
      state[name] = tensorFor(value, `${node}_value`);
    }
    for (const [name, fn] of Object.entries(definition.functions) as [F, ProgramFunction][]) {
      signatures[name] = traceFunction(name, fn, state);
    }
  });
  return { graph, variables, signatures };

  function traceFunction(name: string, fn: ProgramFunction, state: Tensors): Signature {
    const inputs: Record<string, Tensor> = {};
    const ports = Object.entries(fn.inputs).map(([input, example], i) => {
      const node = graph.add(
        `${name}_in${i}`,
        'Placeholder',
        [],
        [type('dtype', dtypeOf(runtime, example.data)), shape(example.shape)],
      );
      inputs[input] = tensorFor(example, node);
      return { name: input, node, shape: example.shape };
    });
    try {
      const outputs = graph.record(() => scoped(runtime, () => emit(name, fn.run(ops, state, inputs))));
      return { inputs: ports, outputs };
    } finally {
      ops.release();
    }
  }

  /** Assigns the new state after all reads of the old one, and reads the outputs after all assignments. */
  function emit(name: string, result: ReturnType<ProgramFunction['run']>): Fetch[] {
    guard.checkNewState(name, result.state ?? {});
    const source = (tensor: Tensor, what: string) =>
      graph.sourceOf(runtime.backend.getInputTensorIds([tensor])[0] as number, what);
    const assignments = Object.entries(result.state ?? {}).map(([variable, tensor]) => {
      const node = variables[variable] as string;
      const dtype = type('dtype', runtime.backend.tensorMap.get(tensor.dataId).dtype);
      const inputs = [node, source(tensor, `the new ${variable}`), `^${node}_value`];
      return graph.add(`${name}_${node}`, 'AssignVariableOp', inputs, [dtype]);
    });
    return Object.entries(result.outputs).map(([output, tensor], i) => {
      const { dtype } = runtime.backend.tensorMap.get(tensor.dataId);
      const inputs = [source(tensor, `the output ${output}`), ...assignments.map((node) => `^${node}`)];
      const node = addReading(graph, runtime, `${name}_out${i}`, inputs, dtype);
      return { name: output, node, bytes: dtype === binding.TF_UINT8 };
    });
  }
}

/** Adds a node through which a value leaves the graph: bytes as 32-bit integers, other types unchanged. */
function addReading(
  graph: GraphRecorder,
  { binding }: Runtime,
  name: string,
  inputs: readonly string[],
  dtype: number,
): string {
  const type = (key: string, value: number): OpAttribute => ({ name: key, type: binding.TF_ATTR_TYPE, value });
  return dtype === binding.TF_UINT8
    ? graph.add(name, 'Cast', inputs, [type('SrcT', dtype), type('DstT', binding.TF_INT32)])
    : graph.add(name, 'Identity', inputs, [type('T', dtype)]);
}

/** The addon loads graphs from SavedModel folders only, so this writes a temporary one. */
function loadGraph({ binding }: Runtime, graph: GraphRecorder): number {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), graph.toSavedModel());
    return binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
