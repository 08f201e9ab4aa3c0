// `npm run bench -- NAME [arguments]` runs bench/NAME.ts; without a name it lists what there is.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-command.ts';

const [name, ...parameters] = process.argv.slice(2);
const names = readdirSync(join(ROOT, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

if (name === undefined) {
  console.log('npm run bench -- NAME [arguments]');
  for (const each of names) console.log(`  ${each.padEnd(24)} ${purposeOf(each)}`);
} else if (!names.includes(name)) {
  console.error(`There is no benchmark ${name}. There are: ${names.join(', ') || 'none'}`);
  process.exitCode = 2;
} else {
  const result = spawnSync(process.execPath, [join(ROOT, 'bench', `${name}.ts`), ...parameters], { stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
}

/** The comment that the file opens with, up to its first full stop. */
function purposeOf(benchmark: string): string {
  const [first = ''] = readFileSync(join(ROOT, 'bench', `${benchmark}.ts`), 'utf8').split('\n');
  return first.replace(/^\/\/ ?/, '').split('. ')[0] ?? '';
}
