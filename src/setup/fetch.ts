/** Downloads TensorFlow's wheels with pip, from the index that pip is configured with, and checks them against pinned hashes. */

import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { largest } from '../arrays.js';
import { sha256OfFile } from '../hash.js';
import { type Output, step } from '../progress.js';
import { bytes } from '../units.js';
import { filled } from './folder-size.js';
import { freeBytesFor, type Host } from './host.js';
import { type Layout, TENSORFLOW_VERSION, type Variant } from './layout.js';
import { run } from './run.js';
import {
  diskFull,
  failureOf,
  isNoNetwork,
  isNoSpace,
  lastLines,
  missingTool,
  networkReason,
  setupError,
} from './setup-error.js';
import { makeVerifiedFolder } from './verified-folder.js';
import type { Wheel } from './wheels.js';

/** The wheels are those for this Python, whichever Python runs pip: only their native libraries are used. */
const WHEEL_TAGS = [
  ...['--python-version', '3.11', '--implementation', 'cp'],
  ...['2_28', '2_27', '2_25', '2_17', '2014', '2010'].flatMap((tag) => [
    '--platform',
    `manylinux${tag.includes('_') ? `_${tag}` : tag}_x86_64`,
  ]),
];

/**
 * Unpacks some members of a wheel (a zip archive) and checks their CRCs; programs (ptxas) stay executable. Arguments: the
 * wheel, the folder, what to keep.
 */
const UNPACK = `
import os, sys, zipfile
wheel, folder, *keep = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if not member.is_dir() and any(member.filename == k or k.endswith('/') and member.filename.startswith(k) for k in keep):
            path = archive.extract(member, folder)
            if member.external_attr >> 16 & 0o100: os.chmod(path, 0o755)
`;

/** Puts libtensorflow and the headers the addon needs (for `cuda` also NVIDIA's libraries) into the cache. */
export async function fetchTensorflow(
  host: Host,
  layout: Layout,
  variant: Variant,
  output: Output,
  signal?: AbortSignal,
): Promise<void> {
  const wheels = host.wheels[variant];
  await requirePip(host, signal);
  const unpacked = wheels.reduce((sum, wheel) => sum + wheel.unpacked, 0);
  // For a moment a wheel is on the disk twice: pip copies it from its temporary folder.
  const needed = unpacked + 2 * largest(wheels.map(({ size }) => size));
  const free = await freeBytesFor(host, layout.root);
  if (free < needed) throw diskFull(layout.root, needed, free);

  const title = `libtensorflow ${TENSORFLOW_VERSION} ${variant}`;
  await makeVerifiedFolder(layout, layout.libtensorflow(variant), title, async (folder, scratch) => {
    const downloads = join(scratch, 'downloads');
    for (const wheel of wheels) {
      const name = wheel.requirement.replace('==', ' ');
      const file = await step(
        output,
        `downloading ${name} (${bytes(wheel.size)})`,
        () => download(host, layout, wheel, downloads, signal),
        () => filled(downloads, wheel.size),
      );
      const unpacking = () => unpack(host, layout, wheel, file, folder, signal);
      await step(output, `unpacking ${name} (${bytes(wheel.unpacked)})`, unpacking, () => filled(folder, unpacked));
      await rm(downloads, { recursive: true });
    }
  });
}

async function requirePip(host: Host, signal?: AbortSignal): Promise<void> {
  const purpose = 'to download TensorFlow';
  const { status, stdout, stderr } = await run('python3', ['-m', 'pip', '--version'], { env: host.env, signal });
  if (status === 'missing') throw missingTool('python3', `${purpose} with its pip`);
  if (status !== 0) throw missingTool('pip', purpose, lastLines(stderr, 1));
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  // Earlier versions do not know manylinux_2_17 wheels.
  if (major < 20 || (major === 20 && minor < 3)) {
    throw setupError('pip', 'pip 20.3 or later', stdout.trim(), 'python3 -m pip install --user --upgrade pip');
  }
}

/** Downloads one wheel into `folder` and returns its path. Where it throws, the caller removes the folder. */
async function download(
  host: Host,
  layout: Layout,
  wheel: Wheel,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const target = join(folder, 'wheel');
  // pip writes to TMPDIR first and then copies. Here that is on the disk whose space was checked, and is removed with the rest.
  const temporary = join(folder, 'tmp');
  await mkdir(target, { recursive: true });
  await mkdir(temporary);
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...WHEEL_TAGS];
  args.push('--no-cache-dir', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--retries', '2');
  args.push('--dest', target, wheel.requirement);
  const outcome = await run('python3', args, { env: { ...host.env, TMPDIR: temporary }, signal });
  if (outcome.status !== 0) {
    if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root));
    if (isNoNetwork(outcome)) {
      throw setupError(
        `python3 -m pip download ${wheel.requirement}`,
        'a package index that can be reached',
        `no connection: ${networkReason(outcome)}`,
        'check the network, or configure an index that can be reached (pip config set global.index-url URL); then: npx cladenet setup',
      );
    }
    throw setupError(
      `python3 -m pip download ${wheel.requirement}`,
      'the wheel from the package index that pip is configured with',
      failureOf('pip', outcome),
      'check the index (pip config list); then: npx cladenet setup',
    );
  }
  const [name] = await readdir(target);
  const file = join(target, name ?? '');
  const { size } = await stat(file);
  const sha256 = await sha256OfFile(file);
  if (size !== wheel.size || sha256 !== wheel.sha256) {
    throw setupError(
      name ?? wheel.requirement,
      `${wheel.size} bytes with SHA-256 ${wheel.sha256}`,
      `${size} bytes with SHA-256 ${sha256}`,
      'the package index served another file than the published one, which was deleted; use another index (pip config list)',
    );
  }
  return file;
}

async function unpack(host: Host, layout: Layout, wheel: Wheel, file: string, folder: string, signal?: AbortSignal) {
  const outcome = await run('python3', ['-c', UNPACK, file, folder, ...wheel.keep], { env: host.env, signal });
  if (outcome.status === 0) return;
  if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root));
  throw setupError(wheel.requirement, 'a wheel that unpacks', failureOf('python3', outcome), 'npx cladenet setup');
}
