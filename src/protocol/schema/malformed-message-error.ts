// What a reader throws for bytes that are no such message, and what a writer throws for a value that no bytes can stand for.

/** The received bytes are not the message they claim to be. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
  /** Which message, e.g. `FetchRequest v15`. */
  readonly subject: string;
  /** Path of the field, e.g. `topics.partitions.fetchOffset`. */
  readonly field: string;
  /** Where in the received buffer. */
  readonly position: number;

  constructor(subject: string, field: string, position: number, reason: string) {
    super(`Cannot read ${subject}: ${field} at byte ${position}: ${reason}`);
    this.subject = subject;
    this.field = field;
    this.position = position;
  }
}

/** A value was given to write that the message's schema does not allow. A mistake of the caller's. */
export class UnwritableMessageError extends Error {
  override readonly name = 'UnwritableMessageError';
  readonly subject: string;
  readonly field: string;

  constructor(subject: string, field: string, reason: string) {
    super(`Cannot write ${subject}: ${field} ${reason}`);
    this.subject = subject;
    this.field = field;
  }
}
