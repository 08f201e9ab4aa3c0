// What the members of one share group were given, have said of it and were told, and the promises that can be held against every delivery.

import { type Acknowledgement, type AcknowledgeOutcome, type ShareRecord, TimeoutError } from '../client/index.ts';
import type { SentRecord, TopicHistory } from './history.ts';
import type { RunContext } from './run-context.ts';
import { promise } from './violation.ts';

/** A member from its joining to its end. */
export interface ShareMember {
  readonly name: string;
  /** The answer of the poll that is under way was asked for no earlier than this, ms since the start of the run. */
  askedSinceMs: number;
}

/** A record that a member has, for as long as the broker promised not to give it to others. */
interface Hold {
  readonly member: ShareMember;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Of the run: a broker that has died keeps no locks. */
  readonly crashes: number;
}

/** One record at one offset: after a power cut another one may be there. */
interface SharedRecord {
  deliveryCount: number;
  hold: Hold | undefined;
  /** Said last by each member, and not answered yet. */
  readonly said: Map<ShareMember, Acknowledgement>;
  /** Somebody has said that it is done, whatever became of that. */
  mayBeDone: boolean;
  /** When a member was told that it is done: nobody may be given it who asks later. */
  doneAtMs: number | undefined;
}

export interface ShareGroupOptions {
  readonly groupId: string;
  readonly topic: TopicHistory;
  readonly deliveryCountLimit: number;
  readonly lockDurationMs: number;
}

export class ShareGroupHistory {
  readonly #context: RunContext;
  readonly #options: ShareGroupOptions;
  /** By partition and offset, then by value. */
  readonly #places = new Map<string, Map<string, SharedRecord>>();
  /** Deliveries of any record that may have happened without a member seeing them. */
  #unseenDeliveries = 0;

  constructor(context: RunContext, options: ShareGroupOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** A poll gave the record to the member. */
  give(member: ShareMember, record: ShareRecord): void {
    const { groupId, topic, deliveryCountLimit } = this.#options;
    const name = `${record.offset} of ${topic.name}-${record.partition}`;
    const value = String(record.value);
    const sent = this.#context.history.records.get(value);
    promise(
      sent?.topics.includes(topic) === true && sent.partition === record.partition,
      () => `${groupId} is given at ${name} what nobody sent: ${JSON.stringify(value.slice(0, 40))}`,
    );
    promise(
      record.deliveryCount >= 1 && record.deliveryCount <= deliveryCountLimit,
      () => `${groupId} is given ${name} for the ${record.deliveryCount}th time, of at most ${deliveryCountLimit}`,
    );
    const shared = this.#shared(record);
    const { doneAtMs } = shared;
    promise(
      doneAtMs === undefined || doneAtMs > member.askedSinceMs,
      () => `${member.name} is given ${name}, which was done at ${doneAtMs}, asking at ${member.askedSinceMs}`,
    );
    this.#hold(member, shared, name);
    shared.deliveryCount = Math.max(shared.deliveryCount, record.deliveryCount);
  }

  /** The member is about to tell the broker. */
  say(member: ShareMember, record: ShareRecord, acknowledgement: Acknowledgement): void {
    const shared = this.#shared(record);
    shared.said.set(member, acknowledgement);
    if (acknowledgement !== 'release') shared.mayBeDone = true;
    if (shared.hold?.member === member) shared.hold = undefined;
  }

  /** The broker has answered, or nobody knows whether it will. */
  answer(member: ShareMember, { partition, offsets, error }: AcknowledgeOutcome): void {
    // The answer that did not come may have had records too.
    if (error instanceof TimeoutError) this.#unseenDeliveries++;
    for (const offset of offsets) {
      for (const shared of this.#places.get(placeOf({ partition, offset }))?.values() ?? []) {
        const said = shared.said.get(member);
        shared.said.delete(member);
        if (said === undefined || said === 'release' || error !== undefined) continue;
        shared.doneAtMs ??= this.#context.clock.monotonic();
      }
    }
  }

  /** What the member has is free for others. */
  end(member: ShareMember, { isAsking }: { readonly isAsking: boolean }): void {
    if (isAsking) this.#unseenDeliveries++;
    for (const values of this.#places.values())
      for (const shared of values.values()) if (shared.hold?.member === member) shared.hold = undefined;
  }

  /** Whether the group may be done with everything in the partition that was promised to a producer, as far as members know. */
  mayBeDone(partition: number): boolean {
    return this.#promisedIn(partition).every((record) => this.#isExplained(record));
  }

  /** The group has come to the end of its topic. */
  checkNothingIsLost(): void {
    const { groupId, topic } = this.#options;
    // Where answers were lost, nobody knows how often members were given what they never saw.
    if (!isAlwaysReachable(this.#context)) return;
    for (let partition = 0; partition < topic.partitions; partition++) {
      for (const record of this.#promisedIn(partition)) {
        const name = `record ${record.number} of ${record.producer} at ${record.offset} of ${topic.name}-${partition}`;
        promise(
          this.#isExplained(record),
          () => `${groupId} left out ${name}, given ${this.#find(record)?.deliveryCount ?? 0} times`,
        );
      }
    }
  }

  #hold(member: ShareMember, shared: SharedRecord, name: string): void {
    const { lockDurationMs } = this.#options;
    const { clock, crashes, swarm } = this.#context;
    const nowMs = clock.monotonic();
    const { hold } = shared;
    const isHeld =
      hold !== undefined && hold.crashes === crashes && hold.sinceMs < member.askedSinceMs && nowMs < hold.untilMs;
    promise(
      !isHeld || !isAlwaysReachable(this.#context),
      () => `${member.name} is given ${name}, which ${hold?.member.name} has until ${hold?.untilMs}`,
    );
    const untilMs = member.askedSinceMs + lockDurationMs / swarm.clockRate;
    shared.hold = { member, sinceMs: nowMs, untilMs, crashes };
  }

  /** Somebody has said that the record is done, it was given out as often as it may, or another one was at its place. */
  #isExplained(record: SentRecord): boolean {
    const { mayBeDone = false, deliveryCount = 0 } = this.#find(record) ?? {};
    const isGivenUp = deliveryCount + this.#unseenDeliveries >= this.#options.deliveryCountLimit;
    return mayBeDone || isGivenUp || this.#isOvertaken(record);
  }

  #promisedIn(partition: number): SentRecord[] {
    const { topic } = this.#options;
    const { history } = this.#context;
    return history
      .promisedIn(topic, partition)
      .filter(({ offset }) => offset !== undefined && !history.mayBeTrimmed(topic, partition, offset));
  }

  /** The group was given another record at the offset, which a power cut took out of the log before it was acknowledged to its producer. */
  #isOvertaken({ partition, offset, value }: SentRecord): boolean {
    const values = this.#places.get(placeOf({ partition, offset: offset ?? -1n }));
    return values !== undefined && [...values.keys()].some((other) => other !== value);
  }

  #find({ partition, offset, value }: SentRecord): SharedRecord | undefined {
    return this.#places.get(placeOf({ partition, offset: offset ?? -1n }))?.get(value);
  }

  #shared(record: ShareRecord): SharedRecord {
    const place = placeOf(record);
    const values = this.#places.get(place) ?? new Map<string, SharedRecord>();
    this.#places.set(place, values);
    const value = String(record.value);
    let shared = values.get(value);
    if (shared === undefined) {
      shared = { deliveryCount: 0, hold: undefined, said: new Map(), mayBeDone: false, doneAtMs: undefined };
      values.set(value, shared);
    }
    return shared;
  }
}

/** Otherwise connections end while both sides live, and with them locks, and answers may be lost with what they give. */
function isAlwaysReachable({ swarm }: RunContext): boolean {
  return !swarm.cutsNetwork && !swarm.pausesBroker;
}

function placeOf({ partition, offset }: { readonly partition: number; readonly offset: bigint }): string {
  return `${partition}/${offset}`;
}
