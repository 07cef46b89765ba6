/**
 * Records a run of operations as a TensorFlow graph. While a recorder is active, every operation that TensorFlow.js
 * executes passes through here and becomes a node; tensor ids identify its inputs and so give the edges. `toSavedModel`
 * serialises the nodes as a SavedModel, the only form that the addon can load.
 */
import { CladenetError } from '../errors.js';
import type { Binding, OpAttribute, Runtime } from './binding.js';
import { type NdArray, type NumberArray, sizeOf } from './nd-array.js';
import { dtypeOf } from './transfer.js';

/** A node of the graph; inputs are `name`, `name:output` or `^name` (run before, without using its value). */
interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly OpAttribute[];
}

/**
 * The operations that a recorded step may use. For each: the type attributes that eager execution infers from an input but a
 * graph must state, as attribute name to index of that input. All other operations are rejected, because a kernel that
 * works in JavaScript (random numbers, loops over values) would silently be frozen into the graph.
 */
const KNOWN_OPS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Add: { T: 0 },
  AddN: { T: 0 },
  AddV2: { T: 0 },
  ArgMax: { T: 0 },
  AvgPool: {},
  BiasAdd: {},
  BiasAddGrad: {},
  BroadcastTo: {},
  Cast: {},
  CladenetAdamW: {},
  CladenetBatchNorm: {},
  CladenetBatchNormGrad: {},
  CladenetConv2DFilterGradient: {},
  CladenetDepthwiseConv2D: {},
  CladenetDepthwiseConv2DFilterGradient: {},
  CladenetDepthwiseConv2DInputGradient: {},
  ConcatV2: {},
  Conv2D: {},
  Conv2DBackpropFilter: {},
  Conv2DBackpropInput: {},
  DepthwiseConv2dNative: {},
  DepthwiseConv2dNativeBackpropFilter: {},
  DepthwiseConv2dNativeBackpropInput: {},
  Equal: { T: 0 },
  Exp: { T: 0 },
  ExpandDims: { T: 0, Tdim: 1 },
  Fill: { T: 1, index_type: 0 },
  FusedBatchNormGradV3: {},
  FusedBatchNormV3: {},
  GatherV2: {},
  GreaterEqual: { T: 0 },
  Greater: { T: 0 },
  Identity: { T: 0 },
  ImageProjectiveTransformV3: {},
  LeakyRelu: {},
  LeakyReluGrad: {},
  Less: { T: 0 },
  LessEqual: { T: 0 },
  Log: { T: 0 },
  LogSoftmax: {},
  Max: { T: 0, Tidx: 1 },
  MatMul: {},
  MaxPool: {},
  MaxPoolGrad: {},
  Maximum: { T: 0 },
  Mean: { T: 0, Tidx: 1 },
  Minimum: { T: 0 },
  Mul: { T: 0 },
  Neg: { T: 0 },
  OneHot: { T: 2, TI: 0 },
  Pack: {},
  PadV2: {},
  RealDiv: { T: 0 },
  Div: { T: 0 },
  Relu: {},
  Relu6: {},
  Relu6Grad: {},
  ReluGrad: {},
  Reshape: { T: 0, Tshape: 1 },
  ResizeNearestNeighbor: {},
  Rsqrt: { T: 0 },
  Select: { T: 1 },
  SelectV2: { T: 1 },
  Sigmoid: {},
  SigmoidGrad: {},
  Slice: { T: 0, Index: 1 },
  Softmax: { T: 0 },
  SoftmaxCrossEntropyWithLogits: {},
  Softplus: {},
  SoftplusGrad: {},
  SplitV: {},
  Sqrt: { T: 0 },
  Square: { T: 0 },
  StatelessRandomNormal: {},
  StatelessRandomUniform: {},
  Sub: { T: 0 },
  Sum: { T: 0, Tidx: 1 },
  Tile: { T: 0, Tmultiples: 1 },
  Transpose: { T: 0, Tperm: 1 },
  ZerosLike: { T: 0 },
};

export class GraphRecorder {
  private readonly nodes: Node[] = [];
  /** The node output that produced each tensor id. */
  private readonly sources = new Map<number, { readonly ref: string; readonly dtype: number }>();

  constructor(private readonly runtime: Runtime) {}

  /** Declares that the tensor `id` is the output of a node, e.g. a placeholder or a variable's value. */
  bind(id: number, ref: string, dtype: number): void {
    this.sources.set(id, { ref, dtype });
  }

  /** The node output that a tensor came from. */
  sourceOf(id: number, what: string): string {
    const source = this.sources.get(id);
    if (source === undefined) throw unknownSource(what);
    return source.ref;
  }

  add(name: string, op: string, inputs: readonly string[], attributes: readonly OpAttribute[]): string {
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** Records everything that `body` executes. Tensors stay alive until it returns, so that their ids stay unique. */
  record<R>(body: () => R): R {
    const { backend, binding } = this.runtime;
    const deleted: number[] = [];
    const watched: Pick<Binding, 'createTensor' | 'executeOp' | 'deleteTensor'> = {
      createTensor: (shape, dtype, data) => {
        const id = binding.createTensor(shape, dtype, data);
        this.bind(id, this.constant(`c${this.nodes.length}`, { shape, data: data as NumberArray }, [], dtype), dtype);
        return id;
      },
      executeOp: (op, attributes, inputs, outputs) => {
        // Checked before it runs, so that a rejected operation leaves no results behind.
        const node = this.operation(op, attributes, inputs);
        const results = binding.executeOp(op, attributes, inputs, outputs);
        results.forEach(({ id, dtype }, output) => {
          this.bind(id, output === 0 ? node : `${node}:${output}`, dtype);
        });
        return results;
      },
      deleteTensor: (id) => {
        deleted.push(id);
      },
    };
    // The addon's properties are neither writable nor enumerable, so the wrapper inherits from it instead of copying it.
    const recording = Object.create(binding, Object.getOwnPropertyDescriptors(watched)) as Binding;
    backend.binding = recording;
    try {
      return body();
    } finally {
      backend.binding = binding;
      for (const id of deleted) binding.deleteTensor(id);
    }
  }

  /** A constant, which runs after the nodes in `controls` (`^name`). */
  constant(
    name: string,
    value: NdArray,
    controls: readonly string[] = [],
    dtype = dtypeOf(this.runtime, value.data),
  ): string {
    return this.add(name, 'Const', controls, [
      { name: 'dtype', type: this.runtime.binding.TF_ATTR_TYPE, value: dtype },
      { name: 'value', type: TENSOR_ATTRIBUTE, value: { shape: value.shape, data: value.data.slice(), dtype } },
    ]);
  }

  /** Adds a node for an operation that is about to run. */
  private operation(op: string, given: readonly OpAttribute[], inputs: readonly number[]): string {
    const inferred = KNOWN_OPS[op];
    if (inferred === undefined) {
      throw new CladenetError('RUNTIME', 'This step cannot be compiled', [
        {
          where: `operation ${op}`,
          expected: 'an operation that the recorder supports',
          received: `${op}(${given.map(({ name }) => name).join(', ')})`,
          remedy: 'Write the step with the operations of src/tensorflow/ops.ts, or add this one to KNOWN_OPS.',
        },
      ]);
    }
    const sources = inputs.map((id) => {
      const source = this.sources.get(id);
      if (source === undefined) throw unknownSource(`an input of ${op}`);
      return source;
    });
    const attributes = [...given];
    for (const [name, input] of Object.entries(inferred)) {
      if (attributes.some((attribute) => attribute.name === name)) continue;
      attributes.push({ name, type: this.runtime.binding.TF_ATTR_TYPE, value: sources[input]?.dtype ?? 0 });
    }
    const edges = sources.map(({ ref }) => ref);
    return this.add(`n${this.nodes.length}`, op, edges, attributes);
  }

  /** The bytes of a `saved_model.pb` with tag `serve`. */
  toSavedModel(): Uint8Array {
    const { messages } = this.runtime;
    const graph = new messages.GraphDef();
    const versions = new messages.VersionDef();
    versions.setProducer(GRAPH_PRODUCER);
    graph.setVersions(versions);
    graph.setNodeList(this.nodes.map((node) => this.nodeMessage(node)));
    const metaInfo = new messages.MetaGraphDef.MetaInfoDef();
    metaInfo.setTagsList(['serve']);
    const metaGraph = new messages.MetaGraphDef();
    metaGraph.setMetaInfoDef(metaInfo);
    metaGraph.setGraphDef(graph);
    const model = new messages.SavedModel();
    model.setSavedModelSchemaVersion(1);
    model.setMetaGraphsList([metaGraph]);
    return model.serializeBinary();
  }

  private nodeMessage({ name, op, inputs, attributes }: Node) {
    const { messages } = this.runtime;
    const message = new messages.NodeDef();
    message.setName(name);
    message.setOp(op);
    message.setInputList([...inputs]);
    for (const attribute of attributes) message.getAttrMap().set(attribute.name, this.attributeMessage(op, attribute));
    return message;
  }

  private attributeMessage(op: string, { name, type, value }: OpAttribute) {
    const { binding, messages } = this.runtime;
    const message = new messages.AttrValue();
    if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
      if (type !== binding.TF_ATTR_INT) throw unknownAttribute(op, name, 'a list of values other than integers');
      const list = new messages.AttrValue.ListValue();
      list.setIList(value);
      message.setList(list);
    } else if (type === binding.TF_ATTR_STRING) message.setS(new TextEncoder().encode(value as string));
    else if (type === binding.TF_ATTR_INT) message.setI(value as number);
    else if (type === binding.TF_ATTR_FLOAT) message.setF(value as number);
    else if (type === binding.TF_ATTR_BOOL) message.setB(value as boolean);
    else if (type === binding.TF_ATTR_TYPE) message.setType(value as number);
    else if (type === binding.TF_ATTR_SHAPE) message.setShape(this.shapeMessage(value as number[]));
    else if (type === TENSOR_ATTRIBUTE) message.setTensor(this.tensorMessage(value as NdArray & { dtype: number }));
    else throw unknownAttribute(op, name, `an attribute of type ${type}`);
    return message;
  }

  private shapeMessage(shape: readonly number[]) {
    const { messages } = this.runtime;
    const message = new messages.TensorShape();
    for (const size of shape) {
      const dim = new messages.TensorShape.Dim();
      dim.setSize(size);
      message.addDim(dim);
    }
    return message;
  }

  private tensorMessage({ shape, data, dtype }: NdArray & { dtype: number }) {
    const message = new this.runtime.messages.Tensor();
    message.setDtype(dtype);
    message.setTensorShape(this.shapeMessage(shape));
    message.setTensorContent(new Uint8Array(data.buffer, data.byteOffset, sizeOf(shape) * data.BYTES_PER_ELEMENT));
    return message;
  }
}

/** GraphDef version: earlier versions imply other defaults, and every libtensorflow from 2.9 on accepts this one. */
const GRAPH_PRODUCER = 1087;

/** Constants carry their value as an attribute, a type for which the addon has no number. */
const TENSOR_ATTRIBUTE = -1;

function unknownSource(what: string): CladenetError {
  return new CladenetError('RUNTIME', 'This step cannot be compiled', [
    {
      where: what,
      expected: 'a tensor created inside the step, or one of its state and inputs',
      received: 'a tensor from outside, whose value would be frozen into the graph',
      remedy: 'Pass it to the step as state or input.',
    },
  ]);
}

function unknownAttribute(op: string, name: string, received: string): CladenetError {
  return new CladenetError('RUNTIME', 'This step cannot be compiled', [
    { where: `attribute ${name} of ${op}`, expected: 'a number, string, type, shape or list of integers', received },
  ]);
}
