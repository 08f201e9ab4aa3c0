// Everything: types, lint, format, then every test beside the source and under test/. In CI a skipped test is a failure, because there
// everything that a test could miss is there.

import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCommand } from './run-command.ts';
import { compatibilityPage, lintAndFormat, runSteps, types } from './steps.ts';

const isChecked = await runSteps([types, lintAndFormat, compatibilityPage]);
const { isPassed, skipped } = await runTests();
const isSkipAllowed = !process.env.CI;
if (skipped > 0 && !isSkipAllowed) console.log(`FAILED: ${skipped} tests were skipped, which CI does not allow`);
if (!isChecked) console.log('FAILED: types, lint or format; see above');
process.exitCode = isChecked && isPassed && (skipped === 0 || isSkipAllowed) ? 0 : 1;

/** Node's own report goes to the output; the counts come from a second reporter, through a file. */
async function runTests(): Promise<{ isPassed: boolean; skipped: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const countsFile = join(folder, 'counts.json');
  const patterns = ['src/**/*.test.ts', 'test/**/*.test.ts'];
  try {
    const { code } = await runCommand(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--test',
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        '--test-reporter=./scripts/counts-reporter.ts',
        `--test-reporter-destination=${countsFile}`,
        ...patterns.filter((pattern) => globSync(pattern, { cwd: ROOT }).length > 0),
      ],
      { isShown: true, environment: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'test') } },
    );
    const counts: { skipped: number } = JSON.parse(readFileSync(countsFile, 'utf8'));
    return { isPassed: code === 0, skipped: counts.skipped };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
