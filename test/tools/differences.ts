// Where Millrace is known to print something else than Apache Kafka in the session, and why. Every other difference fails the test, and so
// does an entry here that nothing needs any more.

import { OWN_SETTINGS } from '../support/own-settings.ts';

export interface KnownDifference {
  /** Of the commands in which it shows. */
  readonly command: RegExp;
  /** Lines that only Apache Kafka prints. */
  readonly missing?: RegExp;
  /** Lines that only Millrace prints. */
  readonly extra?: RegExp;
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: /^kafka-configs .*--entity-type brokers --entity-name 1 --describe --all( # \d+)?$/,
    missing: /^ {2}(controller\.listener\.names|controller\.quorum\.bootstrap\.servers|process\.roles)=/,
    extra: /^ {2}(controller\.listener\.names|controller\.quorum\.bootstrap\.servers|process\.roles)=(null)? /,
    reason: 'Apache Kafka cannot start without settings for its controllers, which Millrace does not have',
  },
  {
    command: /^kafka-configs .*--entity-type brokers --entity-name 1 --describe --all( # \d+)?$/,
    missing: /^ {2}(listeners|listener\.security\.protocol\.map)=.*CONTROLLER/,
    extra: /^ {2}(listeners|listener\.security\.protocol\.map)=/,
    reason: 'Apache Kafka has a listener for its controller',
  },
  {
    command: /^kafka-configs .*--entity-type brokers --entity-name 1 --describe --all( # \d+)?$/,
    extra: new RegExp(`^ {2}(${OWN_SETTINGS.map((name) => name.replaceAll('.', '\\.')).join('|')})=`),
    reason: "settings of Millrace's own",
  },
  {
    command: /--command-config FOLDER\/alice\.properties$/,
    missing: /(Topic|Cluster) authorization failed\.$| needs \w+ permission\.$/,
    extra: /Not authorized for the (topic|cluster)$/,
    reason: "in words of Millrace's own; Apache Kafka's show how it looks inside",
  },
  {
    command: /^kafka-producer-perf-test .* --record-size 2000000 /,
    missing: /RecordTooLargeException: The request included a message larger than/,
    extra: /RecordTooLargeException: Cannot append to letters-0: Batch refused: it has \d+ bytes, the limit is \d+$/,
    reason: 'says which batch is too large for what; Apache Kafka leaves the words to the client',
  },
  {
    command: /^kafka-metadata-quorum .* describe --status$/,
    missing: /"endpoints": \["CONTROLLER:/,
    extra: /"endpoints": \["PLAINTEXT:/,
    reason: 'the only voter is the broker itself, which has no listener for controllers',
  },
];

export interface StepDifference {
  readonly command: string;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** Compares two sessions step by step. Lines are compared as collections; the same lines in another order are a difference too. */
export function compareSessions(expected: string, actual: string): StepDifference[] {
  const expectedSteps = stepsOf(expected);
  const actualSteps = stepsOf(actual);
  const commands = new Set([...expectedSteps.keys(), ...actualSteps.keys()]);
  return Array.from(commands, (command) => {
    const before = expectedSteps.get(command) ?? [];
    const after = actualSteps.get(command) ?? [];
    const missing = without(before, after);
    const extra = without(after, before);
    const isReordered = missing.length === 0 && extra.length === 0 && before.join('\n') !== after.join('\n');
    return isReordered ? { command, missing: before, extra: after } : { command, missing, extra };
  }).filter(({ missing, extra }) => missing.length > 0 || extra.length > 0);
}

/** What is left of the differences when the known ones are taken out, and the known ones that were met. */
export function judge(
  differences: readonly StepDifference[],
  knownDifferences: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): {
  unknown: StepDifference[];
  used: ReadonlySet<KnownDifference>;
} {
  const used = new Set<KnownDifference>();
  const explain = (command: string, side: 'missing' | 'extra') => (line: string) => {
    const known = knownDifferences.find((entry) => entry.command.test(command) && entry[side]?.test(line));
    if (known !== undefined) used.add(known);
    return known === undefined;
  };
  const unknown = differences
    .map(({ command, missing, extra }) => ({
      command,
      missing: missing.filter(explain(command, 'missing')),
      extra: extra.filter(explain(command, 'extra')),
    }))
    .filter(({ missing, extra }) => missing.length > 0 || extra.length > 0);
  return { unknown, used };
}

/** The lines of each step. A command that comes again is numbered. */
function stepsOf(text: string): Map<string, string[]> {
  const steps = new Map<string, string[]>();
  for (const step of text.split(/^\$ /m).slice(1)) {
    const [command = '', ...lines] = step.trimEnd().split('\n');
    let name = command;
    for (let again = 2; steps.has(name); again++) name = `${command} # ${again}`;
    steps.set(name, lines);
  }
  return steps;
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
