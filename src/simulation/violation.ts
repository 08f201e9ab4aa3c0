// A promise of DESIGN that was broken. Any other error of a run is one too, but this one was found by a checker.

export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws a `Violation` with the message unless the condition holds. */
export function promise(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Violation(message());
}
