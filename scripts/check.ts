// The fast check, made to run before every commit: types, lint, format and unit tests, all at once, in seconds.

import { runCommand } from './run-command.ts';
import { lintAndFormat, runSteps, type Step, types } from './steps.ts';

const unitTests: Step = {
  name: 'unit tests',
  // In one process, because starting one for each file takes longer than the tests; `npm test` keeps them apart.
  run: () =>
    runCommand(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-isolation=none',
      '--test-reporter=./scripts/failures-reporter.ts',
      'src/**/*.test.ts',
    ]),
};

process.exitCode = (await runSteps([types, lintAndFormat, unitTests])) ? 0 : 1;
