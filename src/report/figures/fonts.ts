/**
 * Text in PNG figures on any machine. sharp draws SVG text with the fonts that fontconfig finds, and empty boxes where
 * it finds none, as in small containers. The figures therefore use a font of the package: Arimo, which is as wide as
 * Arial.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { CladenetError } from '../../errors.js';
import { loadSharp } from '../../sharp.js';

const FACES = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

function faceFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return FACES.map((face) => resolve(`@expo-google-fonts/arimo/${face}`));
  } catch (error) {
    const problem = {
      where: '@expo-google-fonts/arimo',
      expected: 'the font of the figures, a dependency of cladenet',
      received: 'a package that is not installed',
      remedy: 'npm install',
    };
    throw new CladenetError('RUNTIME', 'PNG figures cannot be drawn.', [problem], { cause: error });
  }
}

async function register(): Promise<void> {
  const sharp = await loadSharp();
  const files = faceFiles();
  // Without a configuration, fontconfig writes a warning to standard error at its first use. Pointing it to any folder
  // avoids that.
  const named = process.env.FONTCONFIG_FILE ?? process.env.FONTCONFIG_PATH;
  const silence = process.platform === 'linux' && named === undefined && !existsSync('/etc/fonts/fonts.conf');
  if (silence) process.env.FONTCONFIG_FILE = dirname(files[0] ?? '.');
  try {
    for (const fontfile of files) {
      // Drawing a text with a font file makes the font known to the whole process, to SVG text too.
      await sharp({ text: { text: 'x', font: 'Arimo', fontfile } })
        .raw()
        .toBuffer();
    }
  } finally {
    if (silence) delete process.env.FONTCONFIG_FILE;
  }
}

let registration: Promise<void> | undefined;

/** Makes the figures' font known to sharp, once a process. */
export function loadFonts(): Promise<void> {
  registration ??= register();
  return registration;
}
