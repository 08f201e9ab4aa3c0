// Figures of several runs: medians, ratios, and the table that a benchmark ends with.

export interface Comparison {
  readonly figure: string;
  readonly unit: string;
  readonly millrace: readonly number[];
  readonly kafka: readonly number[];
  /** What the ratio has to be, if anything is promised. */
  readonly target?: { readonly ratio: number; readonly isMet: 'below' | 'above' };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Prints the medians with their ratio. False when a promise is not kept. */
export function report(comparisons: readonly Comparison[]): boolean {
  let areMet = true;
  console.log(
    `\n${'figure'.padEnd(44)}${'Millrace'.padStart(14)}${'Apache Kafka'.padStart(14)}${'ratio'.padStart(9)}  promise`,
  );
  for (const { figure, unit, millrace, kafka, target } of comparisons) {
    const [ours, theirs] = [median(millrace), median(kafka)];
    const ratio = ours / theirs;
    const isMet = target === undefined || (target.isMet === 'below' ? ratio < target.ratio : ratio > target.ratio);
    areMet &&= isMet;
    const promise = target === undefined ? '' : `${target.isMet} ${target.ratio}: ${isMet ? 'kept' : 'NOT KEPT'}`;
    console.log(
      `${`${figure}, ${unit}`.padEnd(44)}${shown(ours).padStart(14)}${shown(theirs).padStart(14)}${ratio.toFixed(3).padStart(9)}  ${promise}`,
    );
  }
  console.log(`medians of ${comparisons[0]?.millrace.length ?? 0} runs each, taken in turns`);
  return areMet;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
