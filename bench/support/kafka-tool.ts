// Apache Kafka's own performance tools, run against either broker, so that both are measured by the same client.

import { runCommand } from '../../scripts/run-command.ts';
import { findKafkaJars } from '../../test/support/programs.ts';

/** Runs a class of `org.apache.kafka.tools` and gives what it printed. */
export async function runKafkaTool(tool: string, parameters: readonly string[]): Promise<string> {
  const jars = await findKafkaJars();
  if ('missing' in jars) throw new Error(jars.missing);
  const result = await runCommand('java', [
    ...['-Xmx512m', '-XX:+UseSerialGC', '-cp', jars.path],
    ...[`org.apache.kafka.tools.${tool}`, ...parameters],
  ]);
  if (result.code !== 0) throw new Error(`${tool} ended with code ${result.code}:\n${result.output.slice(-2000)}`);
  return result.output;
}

/** The number in the first group of the pattern's last match. */
export function figureIn(output: string, pattern: RegExp): number {
  const matches = [...output.matchAll(new RegExp(pattern, 'g'))];
  const text = matches.at(-1)?.[1];
  if (text === undefined) throw new Error(`no ${pattern} in\n${output.slice(-2000)}`);
  return Number(text);
}
