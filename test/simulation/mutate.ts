// Plants the bug that the variable MUTATION names into the source as it is loaded: `node --import ./test/simulation/mutate.ts ...`. So a bug needs no
// hook in the code that carries it, and one whose place is gone is noticed.

import { registerHooks } from 'node:module';
import { MUTATIONS } from './mutations.ts';

const name = process.env.MUTATION ?? '';
const mutation = MUTATIONS[name];
if (mutation === undefined)
  throw new Error(`There is no mutation '${name}', only ${Object.keys(MUTATIONS).join(', ')}`);
const { file, from, to } = mutation;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/${file}`)) return loaded;
    const source = String(loaded.source);
    if (source.split(from).length !== 2) throw new Error(`Cannot plant ${name}: ${file} has '${from}' not once`);
    return { ...loaded, source: source.replace(from, () => to) };
  },
});
