// The codec oracle: the project's own copy of the corpus must be the oracle's, and every test that reads it must pass.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT, runCommand } from './run-command.ts';

const CORPUS = 'corpus-4.3.1.tsv.gz';
const TESTS = ['src/protocol/corpus.test.ts', 'src/protocol/records/corpus.test.ts'];

/** Resolves to an exit code. The last line counts lines of the corpus: all of them, or none when any test fails. */
export async function checkCodec(oracle: string): Promise<number> {
  const corpus = gunzipSync(readFileSync(join(oracle, CORPUS)));
  if (!corpus.equals(gunzipSync(readFileSync(join(ROOT, 'test', 'fixtures', CORPUS))))) {
    console.error(`test/fixtures/${CORPUS} is not the oracle's: copy it anew`);
    return 1;
  }
  const lines = corpus.toString().trimEnd().split('\n').length;
  const reporter = '--test-reporter=./scripts/failures-reporter.ts';
  const { code, output } = await runCommand(process.execPath, ['--test', reporter, ...TESTS]);
  console.log(output.trimEnd());
  const isPassed = code === 0;
  console.log(`codec: ${isPassed ? lines : 0} passed, ${isPassed ? 0 : lines} failed, 0 skipped`);
  return isPassed ? 0 : 1;
}
