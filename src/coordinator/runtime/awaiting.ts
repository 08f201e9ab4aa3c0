// A response that is not known yet: one operation leaves it behind, a later one completes it, and the runtime lets it go to the
// client when everything that was written until then is committed.

export class Awaiting<Response> {
  readonly promise: Promise<Response>;
  readonly #complete: (awaiting: Awaiting<Response>, response: Response) => void;
  #settle: { resolve(response: Response): void; reject(error: Error): void } | undefined;
  #isCompleted = false;

  /** Only the runtime makes them. `complete` is told the first response. */
  constructor(complete: (awaiting: Awaiting<Response>, response: Response) => void) {
    this.#complete = complete;
    this.promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody may be listening: an operation that failed after it made this has told its client so.
    this.promise.catch(() => {});
  }

  /** Gives the response, from within an operation. Later ones are ignored. */
  complete(response: Response): void {
    if (this.#isCompleted) return;
    this.#isCompleted = true;
    this.#complete(this, response);
  }

  /** The runtime's side: the client gets the response. */
  release(response: Response): void {
    this.#isCompleted = true;
    this.#settle?.resolve(response);
  }

  /** The runtime's side: the client gets an error. */
  refuse(error: Error): void {
    this.#isCompleted = true;
    this.#settle?.reject(error);
  }
}

export function isAwaiting<Response>(response: Response | Awaiting<Response>): response is Awaiting<Response> {
  return response instanceof Awaiting;
}
