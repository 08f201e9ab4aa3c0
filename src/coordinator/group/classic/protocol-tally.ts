// How a classic group agrees on one of the protocols (assignment strategies) that its members offer. Counted as members come and
// go, because every join asks.

import type { ClassicMember, MemberProtocol } from './classic-member.ts';

export class ProtocolTally {
  readonly #offers = new Map<string, number>();
  #members = 0;

  add(protocols: readonly MemberProtocol[]): void {
    this.#members++;
    for (const { name } of protocols) this.#offers.set(name, (this.#offers.get(name) ?? 0) + 1);
  }

  remove(protocols: readonly MemberProtocol[]): void {
    this.#members--;
    for (const { name } of protocols) {
      const offers = (this.#offers.get(name) ?? 0) - 1;
      if (offers > 0) this.#offers.set(name, offers);
      else this.#offers.delete(name);
    }
  }

  isOfferedByAll(name: string): boolean {
    return this.#members > 0 && this.#offers.get(name) === this.#members;
  }

  /** Each member votes for the first of its protocols that all have in common; the most votes win, the first one among equals. */
  select(members: Iterable<ClassicMember>): string | null {
    const votes = new Map<string, number>();
    for (const { protocols } of members) {
      const choice = protocols.find(({ name }) => this.isOfferedByAll(name));
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
    }
    let winner: string | null = null;
    for (const [name, count] of votes) {
      if (winner === null || count > (votes.get(winner) ?? 0)) winner = name;
    }
    return winner;
  }
}
