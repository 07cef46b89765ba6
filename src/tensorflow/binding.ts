/** What cladenet uses of TensorFlow.js's native addon and backend, typed: the package itself declares less than it has. */
import type * as tfjs from '@tensorflow/tfjs-core';

/** An attribute of a native operation; `type` is one of the addon's `TF_ATTR_...` numbers. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor as the addon hands it out: an id to be deleted, its shape, TensorFlow's number of its data type. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The native addon. Ids are numbers of its own; every id it gives has to be deleted once. */
export interface Binding {
  createTensor(shape: number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(op: string, attributes: readonly OpAttribute[], inputs: number[], outputs: number): NativeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** TensorFlow.js's Node backend: runs operations through `binding`, which may be replaced to watch them. */
export interface Backend {
  binding: Binding;
  readonly tensorMap: { get(dataId: object): { readonly id: number; readonly dtype: number } };
  createOutputTensor(native: NativeTensor): tfjs.Tensor;
  getInputTensorIds(tensors: readonly tfjs.Tensor[]): number[];
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly tfjs.Tensor[]): tfjs.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tfjs.Tensor[],
    outputs: number,
  ): tfjs.Tensor[];
}

/** A loaded TensorFlow, as the rest of this folder needs it. */
export interface Runtime {
  readonly tf: typeof tfjs;
  readonly backend: Backend;
  readonly binding: Binding;
  /** TensorFlow's protocol-buffer messages, generated JavaScript without declarations. */
  // biome-ignore lint/suspicious/noExplicitAny: the package ships these classes without types
  readonly messages: any;
  /** Whether the addon has the operations of `native/`, and they suit this processor. */
  readonly hasKernels: boolean;
  /** What keeps convolutions from multiplying in bfloat16; undefined where nothing does. */
  readonly bfloat16Obstacle: string | undefined;
}
