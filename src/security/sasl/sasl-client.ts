// The client's side of a SASL exchange: challenges of the broker go in, messages come out, and in the end the broker has proved itself too,
// where the mechanism lets it.

/** One exchange; of no use after it has ended or thrown. */
export interface SaslClient {
  /**
   * The first call takes an empty challenge and gives the first message; undefined says that nothing is left to send. Throws `SaslError` when the
   * broker is not who it should be, or cannot be understood.
   */
  respond(challenge: Buffer): Buffer | undefined | Promise<Buffer | undefined>;
}
