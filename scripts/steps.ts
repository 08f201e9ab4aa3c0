// The steps that `npm run check` and `npm test` have in common, and their few lines of output.

import { type CommandResult, installed, runCommand } from './run-command.ts';

export interface Step {
  readonly name: string;
  run(): Promise<CommandResult>;
}

export const types: Step = {
  name: 'types',
  run: () => runCommand(installed('tsc'), ['--noEmit', '-p', '.']),
};

export const lintAndFormat: Step = {
  name: 'lint and format',
  run: () => runCommand(installed('biome'), ['check', '--error-on-warnings', '--max-diagnostics=50', '.']),
};

export const compatibilityPage: Step = {
  name: 'compatibility page',
  run: () =>
    runCommand(process.execPath, ['--disable-warning=ExperimentalWarning', 'scripts/compatibility.ts', '--check']),
};

/** Runs the steps at once, prints a line for each, and the output of those that failed. True when none did. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const outcomes = await Promise.all(
    steps.map(async ({ name, run }) => {
      const result = await run();
      const isFine = result.code === 0;
      console.log(`${isFine ? 'ok    ' : 'FAILED'} ${name} (${result.seconds.toFixed(1)} s)`);
      if (!isFine) console.log(result.output.trimEnd());
      return isFine;
    }),
  );
  return outcomes.every(Boolean);
}
