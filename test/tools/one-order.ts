// Puts lines into one order where the tool or Java has none: what comes out of hashed sets of enums, and records of several partitions.

/** The lines of one command's output. */
export function inOneOrder(command: string, lines: readonly string[]): string[] {
  if (command.startsWith('kafka-acls')) return aclsInOrder(lines);
  if (command.startsWith('kafka-log-dirs')) return lines.map(logDirsInOrder);
  if (command.startsWith('kafka-configs')) return sortedWhere(/^Quota configs/, lines.map(mechanismsInOrder));
  if (/^kafka-transactions .* list\b/.test(command)) return rowsInOrder(lines);
  return inPartitionOrder(lines.filter(isNoEmptyAssignment).map(arraysInOrder));
}

/** Entries within their resource, and resources. Blank lines, which stand between some of them, go. */
function aclsInOrder(lines: readonly string[]): string[] {
  const resources: { heading: string; entries: string[] }[] = [];
  for (const line of lines.map((text) => text.trim()).filter((text) => text !== '')) {
    if (line.startsWith('(principal=')) resources.at(-1)?.entries.push(line);
    else resources.push({ heading: line, entries: [] });
  }
  return resources
    .map(({ heading, entries }) => [heading, ...entries.toSorted()].join('\n'))
    .toSorted()
    .flatMap((resource) => resource.split('\n'));
}

/** A member of a group of the newer protocol may be told first that it has nothing yet, and then what it has. */
function isNoEmptyAssignment(line: string): boolean {
  return !line.endsWith('"name":"partitions_assigned","partitions":[]}');
}

/** What a transaction has touched, and what a share consumer has acknowledged. */
function arraysInOrder(line: string): string {
  return line
    .replace(/(?<="transactionPartitions":\[).*?\}(?=\],")/, (list) =>
      list
        .split(/(?<=\}),/)
        .toSorted()
        .join(),
    )
    .replaceAll(/(?<="offsets":\[)[\d,]+(?=\])/g, (list) =>
      list
        .split(',')
        .toSorted((a, b) => Number(a) - Number(b))
        .join(),
    );
}

function rowsInOrder([heading = '', ...rows]: readonly string[]): string[] {
  return [heading, ...rows.toSorted()].map((row) => row.trimEnd());
}

function logDirsInOrder(line: string): string {
  if (!line.startsWith('{"brokers"')) return line;
  const answer = JSON.parse(line.replaceAll(/\bSIZE\b/g, '"SIZE"')) as { brokers: { logDirs: { logDir: string }[] }[] };
  for (const broker of answer.brokers) broker.logDirs.sort((a, b) => a.logDir.localeCompare(b.logDir));
  return JSON.stringify(answer);
}

function mechanismsInOrder(line: string): string {
  const [, heading, mechanisms] = /^(SCRAM credential configs .* are )(.*)$/.exec(line) ?? [];
  return mechanisms === undefined ? line : `${heading}${mechanisms.split(', ').toSorted().join(', ')}`;
}

/** Sorts the lines of the pattern among their places. */
function sortedWhere(pattern: RegExp, lines: readonly string[]): string[] {
  const sorted = lines.filter((line) => pattern.test(line)).toSorted();
  return lines.map((line) => (pattern.test(line) ? (sorted.shift() ?? line) : line));
}

/** Partitions come in any order from a consumer, and from the immutable maps of Java; the lines of one partition keep theirs. */
function inPartitionOrder(lines: readonly string[]): string[] {
  const partitionOf = (line: string) => /^(?:CreateTime:TIME\tPartition:\d+|partition: \S+)/.exec(line)?.[0] ?? '';
  const first = lines.findIndex((line) => partitionOf(line) !== '');
  if (first < 0) return [...lines];
  const last = lines.findLastIndex((line) => partitionOf(line) !== '') + 1;
  const records = lines.slice(first, last).toSorted((a, b) => partitionOf(a).localeCompare(partitionOf(b)));
  return [...lines.slice(0, first), ...records, ...lines.slice(last)];
}
