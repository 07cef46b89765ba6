/**
 * Files of `torch.save` with a dictionary of tensors: a pickle that names storages, and their bytes. Since PyTorch 1.6 both lie
 * in a zip file; before, they followed each other.
 *
 * @see torch/serialization.py of PyTorch: `_save` and `_legacy_save`
 */
import { LOCAL_HEADER_BYTES, localHeaderLength, readZipDirectory, unpackEntry } from '../formats/zip.js';
import {
  arrayIn,
  bytesOf,
  type ElementType,
  MOST_NUMBERS,
  reach,
  type StoredArray,
  type StoredArrays,
  shapeOf,
  sizeOf,
  WeightsFault,
} from './arrays.js';
import { type Known, Named, unpickle, type Value } from './pickle.js';

/** The classes of storages, by the type of their elements. */
const STORAGES: Readonly<Record<string, ElementType>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
};

const DICTIONARY = 'collections.OrderedDict';
const TENSORS = ['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor'];
const PARAMETERS = ['torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state'];
const SIZE = 'torch.Size';
const NAMES = new Set([...Object.keys(STORAGES), DICTIONARY, ...TENSORS, ...PARAMETERS, SIZE]);

/** Where dictionaries of training scripts keep that of the network. */
const NESTED = ['state_dict', 'model', 'model_state_dict', 'state_dict_ema', 'model_ema', 'net', 'weights'];

/** A storage that a pickle names; its bytes are found once the pickle is read. */
class Storage {
  bytes: Buffer | undefined;

  constructor(
    readonly key: string,
    readonly type: ElementType,
    readonly count: number,
  ) {}
}

class Tensor {
  constructor(
    readonly storage: Storage,
    readonly shape: readonly number[],
    readonly offset: number,
    readonly strides: readonly number[],
  ) {}
}

/** What these pickles may name, and the storages that they named, by their keys. */
class TorchNames implements Known {
  readonly names = NAMES;
  readonly storages = new Map<string, Storage>();

  call(name: string, args: readonly Value[]): Value {
    if (name === DICTIONARY) return dictionary(args);
    if (name === SIZE) return args[0] ?? [];
    if (TENSORS.includes(name)) return tensor(args);
    if (PARAMETERS.includes(name) && args[0] instanceof Tensor) return args[0];
    throw new WeightsFault([`a call of ${name} with other arguments than PyTorch writes`]);
  }

  persistent(id: Value): Value {
    const [kind, type, key, , count, view] = Array.isArray(id) ? (id as Value[]) : [];
    const element = type instanceof Named ? STORAGES[type.name] : undefined;
    if (
      kind !== 'storage' ||
      element === undefined ||
      typeof key !== 'string' ||
      !isCount(count) ||
      (view ?? null) !== null
    ) {
      throw new WeightsFault(['a storage that is not described as PyTorch does']);
    }
    const known = this.storages.get(key);
    if (known === undefined) {
      const storage = new Storage(key, element, count);
      this.storages.set(key, storage);
      return storage;
    }
    if (known.type !== element || known.count !== count)
      throw new WeightsFault([`storage ${key} with two descriptions`]);
    return known;
  }
}

const isCounts = (list: Value | undefined): list is number[] => Array.isArray(list) && list.every(isCount);

const isCount = (n: unknown): n is number =>
  Number.isSafeInteger(n) && (n as number) >= 0 && (n as number) <= MOST_NUMBERS;

function dictionary([pairs]: readonly Value[]): Value {
  if (pairs === undefined) return new Map();
  const isPairs = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
  if (!isPairs) throw new WeightsFault([`a call of ${DICTIONARY} with other arguments than PyTorch writes`]);
  return new Map(pairs as [Value, Value][]);
}

function tensor([storage, offset, size, strides]: readonly Value[]): Tensor {
  const shape = shapeOf(size);
  const fits = storage instanceof Storage && isCount(offset) && shape !== undefined && isCounts(strides);
  if (!fits || strides.length !== shape.length) {
    throw new WeightsFault(['a tensor that is not described as PyTorch does']);
  }
  const place = { offset, strides };
  // A stride of 0 repeats numbers: without the second bound, a small file could ask for any amount of memory.
  if (reach(shape, place) > storage.count || sizeOf(shape) > storage.count) {
    throw new WeightsFault([`a tensor of shape [${shape.join(', ')}] that storage ${storage.key} is too small for`]);
  }
  return new Tensor(storage, shape, offset, strides);
}

/** The tensors of the dictionary in a file of `torch.save`. @throws WeightsFault with what is wrong */
export function decodePth(bytes: Buffer): StoredArrays {
  const names = new TorchNames();
  const value = isZip(bytes) ? readZip(bytes, names) : readLegacy(bytes, names);
  return tensorsOf(value);
}

/** Whether a file begins as a zip file does. */
const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32LE(0) === 0x04034b50;

const PICKLE = 'data.pkl';

function readZip(bytes: Buffer, names: TorchNames): Value {
  const at = (position: number, length: number) => bytes.subarray(position, position + length);
  const { entries, problems } = readZipDirectory(bytes.length, at);
  if (problems.length > 0)
    throw new WeightsFault(problems.map(({ where, received }) => `${where || 'zip file'}: ${received}`));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const file = (name: string) => {
    const entry = byName.get(name);
    if (entry === undefined) throw new WeightsFault([`a zip file without ${name}`]);
    const header = localHeaderLength(at(entry.offset, LOCAL_HEADER_BYTES));
    if (header === undefined) throw new WeightsFault([`${name} without its header`]);
    try {
      return Buffer.from(unpackEntry(entry, at(entry.offset + header, entry.size)));
    } catch {
      throw new WeightsFault([`${name} with other bytes than its checksum says`]);
    }
  };
  const pickle = entries.map(({ name }) => name).filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  const [main] = pickle;
  if (main === undefined || pickle.length > 1)
    throw new WeightsFault([`a zip file with ${pickle.length} files ${PICKLE}`]);
  const folder = main.slice(0, -PICKLE.length);
  if (byName.has(`${folder}byteorder`) && file(`${folder}byteorder`).toString() !== 'little') {
    throw new WeightsFault(['numbers in big-endian order']);
  }
  const { value } = unpickle(file(main), 0, names);
  for (const storage of names.storages.values()) {
    storage.bytes = requireBytes(storage, file(`${folder}data/${storage.key}`));
  }
  return value;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

function readLegacy(bytes: Buffer, names: TorchNames): Value {
  let at = 0;
  const next = (known: Known = NOTHING) => {
    const { value, end } = unpickle(bytes, at, known);
    at = end;
    return value;
  };
  if (bytes.length < 2 || bytes[0] !== 0x80 || next() !== MAGIC) {
    throw new WeightsFault(['neither a zip file nor the beginning that torch.save wrote before']);
  }
  const protocol = next();
  if (protocol !== PROTOCOL) throw new WeightsFault([`version ${String(protocol)} of the format`]);
  const system = next();
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw new WeightsFault(['numbers in big-endian order']);
  }
  const value = next(names);
  const keys = next();
  if (!Array.isArray(keys)) throw new WeightsFault(['no list of storages after the pickle']);
  for (const key of keys) {
    const storage = typeof key === 'string' ? names.storages.get(key) : undefined;
    if (storage === undefined) throw new WeightsFault(['a storage that the pickle does not name']);
    if (at + 8 > bytes.length) throw new WeightsFault(['a file that is cut']);
    const count = Number(bytes.readBigUInt64LE(at));
    const end = at + 8 + count * bytesOf(storage.type);
    if (count !== storage.count || end > bytes.length) {
      throw new WeightsFault([
        end > bytes.length ? 'a file that is cut' : `storage ${storage.key} of ${count} numbers`,
      ]);
    }
    storage.bytes = bytes.subarray(at + 8, end);
    at = end;
  }
  return value;
}

/** Of the pickles around the dictionary, which name nothing. */
const NOTHING: Known = {
  names: new Set(),
  call: () => null,
  persistent: () => {
    throw new WeightsFault(['a storage in another place than PyTorch writes']);
  },
};

function requireBytes(storage: Storage, bytes: Buffer): Buffer {
  const expected = storage.count * bytesOf(storage.type);
  if (bytes.length === expected) return bytes;
  throw new WeightsFault([`storage ${storage.key} of ${bytes.length} bytes instead of ${expected}`]);
}

function tensorsOf(value: Value): StoredArrays {
  const outer = value instanceof Map ? value : new Map<Value, Value>();
  const nested = NESTED.map((key) => outer.get(key)).find((inner) => inner instanceof Map);
  const isDirect = [...outer.values()].some((one) => one instanceof Tensor);
  const dictionary = isDirect || !(nested instanceof Map) ? outer : nested;
  const arrays = new Map<string, StoredArray>();
  for (const [name, one] of dictionary) {
    if (typeof name !== 'string' || !(one instanceof Tensor)) continue;
    const { storage, shape, offset, strides } = one;
    if (storage.bytes === undefined) throw new WeightsFault([`no bytes for storage ${storage.key}`]);
    arrays.set(name, arrayIn(storage.bytes, storage.type, shape, { offset, strides }));
  }
  if (arrays.size === 0) throw new WeightsFault(['no dictionary of tensors']);
  return arrays;
}
