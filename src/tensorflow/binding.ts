/** Types for what cladenet uses of TensorFlow.js's native addon and backend. The package's own declarations are incomplete. */
import type * as tfjs from '@tensorflow/tfjs-core';

/** An attribute of a native operation; `type` is one of the addon's `TF_ATTR_...` numbers. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor as the addon returns it: an id that the caller deletes, the shape, and TensorFlow's number for the data type. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The native addon. It hands out numeric ids; each must be deleted exactly once. */
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

/** TensorFlow.js's Node backend. It runs operations through `binding`, which can be replaced to record them. */
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
  /** TensorFlow's protocol-buffer messages: generated JavaScript without type declarations. */
  // biome-ignore lint/suspicious/noExplicitAny: the package ships these classes without types
  readonly messages: any;
  /** Whether the addon provides the operations of `native/` and they suit this processor. */
  readonly hasKernels: boolean;
  /** Whether our gradient of a convolution's weights is faster than TensorFlow's here. */
  readonly prefersOwnFilterGradient: boolean;
  /** Why convolutions cannot multiply in bfloat16 here; undefined if they can. */
  readonly bfloat16Obstacle: string | undefined;
}
