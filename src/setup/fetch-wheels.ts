/** Downloads wheels with pip, from the index that pip is configured with, checks them against pinned hashes, and unpacks parts of them. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { largest } from '../arrays.js';
import { sha256OfFile } from '../hash.js';
import { type Output, step } from '../progress.js';
import { bytes } from '../units.js';
import { filled } from './folder-size.js';
import { freeBytesFor, type Host } from './host.js';
import type { Layout } from './layout.js';
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

/** What is fetched, for messages. */
export interface Fetched {
  /** `TensorFlow`. */
  readonly what: string;
  /** Of the folder, for people who look at it. */
  readonly title: string;
  /** The command that is given again once a problem is solved. */
  readonly again: string;
}

/** Puts the parts of wheels that are kept into a verified folder. @throws CladenetError RUNTIME when they cannot be had */
export async function fetchWheels(
  host: Host,
  layout: Layout,
  wheels: readonly Wheel[],
  target: string,
  fetched: Fetched,
  output: Output,
  signal?: AbortSignal,
): Promise<void> {
  await requirePip(host, fetched, signal);
  const unpacked = wheels.reduce((sum, wheel) => sum + wheel.unpacked, 0);
  // For a moment a wheel is on the disk twice: pip copies it from its temporary folder.
  const needed = unpacked + 2 * largest(wheels.map(({ size }) => size));
  const free = await freeBytesFor(host, layout.root);
  if (free < needed) throw diskFull(layout.root, needed, free, fetched.again);

  await makeVerifiedFolder(layout, target, fetched.title, async (folder, scratch) => {
    const downloads = join(scratch, 'downloads');
    const place: Place = { host, layout, again: fetched.again, signal };
    for (const wheel of wheels) {
      const name = wheel.requirement.replace('==', ' ');
      const file = await step(
        output,
        `downloading ${name} (${bytes(wheel.size)})`,
        () => download(place, wheel, downloads),
        () => filled(downloads, wheel.size),
      );
      const unpacking = () => unpack(place, wheel, file, folder);
      await step(output, `unpacking ${name} (${bytes(wheel.unpacked)})`, unpacking, () => filled(folder, unpacked));
      await rm(downloads, { recursive: true });
    }
  });
}

interface Place extends Pick<Fetched, 'again'> {
  readonly host: Host;
  readonly layout: Layout;
  readonly signal: AbortSignal | undefined;
}

async function requirePip(host: Host, { what, again }: Fetched, signal?: AbortSignal): Promise<void> {
  const purpose = `to download ${what}`;
  const { status, stdout, stderr } = await run('python3', ['-m', 'pip', '--version'], { env: host.env, signal });
  if (status === 'missing') throw missingTool('python3', `${purpose} with its pip`, undefined, again);
  if (status !== 0) throw missingTool('pip', purpose, lastLines(stderr, 1), again);
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  // Earlier versions do not know manylinux_2_17 wheels.
  if (major < 20 || (major === 20 && minor < 3)) {
    throw setupError('pip', 'pip 20.3 or later', stdout.trim(), 'python3 -m pip install --user --upgrade pip');
  }
}

/** Downloads one wheel into `folder` and returns its path. Where it throws, the caller removes the folder. */
async function download({ host, layout, again, signal }: Place, wheel: Wheel, folder: string): Promise<string> {
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
    if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root), again);
    if (isNoNetwork(outcome)) {
      throw setupError(
        `python3 -m pip download ${wheel.requirement}`,
        'a package index that can be reached',
        `no connection: ${networkReason(outcome)}`,
        `check the network, or configure an index that can be reached (pip config set global.index-url URL); then: ${again}`,
      );
    }
    throw setupError(
      `python3 -m pip download ${wheel.requirement}`,
      'the wheel from the package index that pip is configured with',
      failureOf('pip', outcome),
      `check the index (pip config list); then: ${again}`,
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

async function unpack(
  { host, layout, again, signal }: Place,
  wheel: Wheel,
  file: string,
  folder: string,
): Promise<void> {
  const outcome = await run('python3', ['-c', UNPACK, file, folder, ...wheel.keep], { env: host.env, signal });
  if (outcome.status === 0) return;
  if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root), again);
  throw setupError(wheel.requirement, 'a wheel that unpacks', failureOf('python3', outcome), again);
}
