// The fast check, made to run before every commit: types, lint, format and unit tests, all at once, in seconds.

import { runCommand } from './run-command.ts';
import { compatibilityPage, lintAndFormat, runSteps, type Step, types } from './steps.ts';

// A test that waits for what never comes fails after the first; a handle that keeps the process alive is cut off by the second.
const TEST_WITHIN_MS = 20_000;
const ALL_WITHIN_MS = 180_000;

const unitTests: Step = {
  name: 'unit tests',
  // In one process, because starting one for each file takes longer than the tests; `npm test` keeps them apart.
  run: () =>
    runCommand(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--test',
        '--test-isolation=none',
        `--test-timeout=${TEST_WITHIN_MS}`,
        '--test-reporter=./scripts/failures-reporter.ts',
        'src/**/*.test.ts',
      ],
      { withinMs: ALL_WITHIN_MS },
    ),
};

process.exitCode = (await runSteps([types, lintAndFormat, compatibilityPage, unitTests])) ? 0 : 1;
