// Whatever waits can be told to stop waiting, and whatever opens can be closed by `await using`: a class of the client that forgets one does not compile.

import { test } from 'node:test';
import type { Admin, Consumer, Producer, ShareConsumer, ShareTopicReader, TopicReader, Transaction } from './index.ts';

test('everything that waits takes an AbortSignal, and everything that opens closes by itself', () => {
  // They hold when this compiles.
  const checked: readonly [NoneOf<Forgotten<Clients[keyof Clients]>>, NoneOf<Undisposable>] = [true, true];
  if (!checked.every(Boolean)) throw new Error('unreachable');
});

interface Clients {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly producer: Producer;
  readonly transaction: Transaction;
  readonly shareConsumer: ShareConsumer;
}

/** To stop waiting would leave things open, so that each has a limit of its own in time; or the signal comes with the next call. */
type EndsByItself = 'close' | 'reader' | typeof Symbol.asyncDispose | typeof Symbol.asyncIterator;

type NoneOf<Names> = [Names] extends [never] ? true : Names;

/** The names of methods that wait and take no signal, neither alone nor among their options. */
type Forgotten<Client> = Client extends unknown
  ? {
      [Name in keyof Client]: Client[Name] extends (...parameters: infer Parameters) => infer Result
        ? [Waits<Result>, Unstoppable<Parameters>] extends [true, true]
          ? Exclude<Name, EndsByItself>
          : never
        : never;
    }[keyof Client]
  : never;

type Waits<Result> = Result extends Promise<unknown> | AsyncIterable<unknown> ? true : false;

type Unstoppable<Parameters extends readonly unknown[]> = [SignalOf<NonNullable<Parameters[number]>>] extends [never]
  ? true
  : false;

type SignalOf<Parameter> = Parameter extends AbortSignal
  ? Parameter
  : Parameter extends object
    ? 'signal' extends keyof Parameter
      ? Parameter
      : never
    : never;

/** The names of clients that are not `AsyncDisposable`. */
type Undisposable = {
  [Name in keyof Clients]: Clients[Name] extends AsyncDisposable ? never : Name;
}[keyof Clients];

interface Forgetful {
  wait(topic: string): Promise<void>;
  stop(topic: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}
const found: Forgotten<Forgetful> = 'wait';
void found;

// Readers have no life of their own, and wait like what they read from.
const readers: NoneOf<Forgotten<TopicReader<never> | ShareTopicReader<never>>> = true;
void readers;
