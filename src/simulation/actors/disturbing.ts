// Faults other than crashes: the network is cut, the broker pauses, its clock jumps, its disk is full for a while, a call to it fails.

import { type Random, sleep } from '../../platform/index.ts';
import type { RunContext } from '../run-context.ts';
import type { BrokerProcess } from '../simulated-broker.ts';
import type { SimulatedDisk } from '../simulated-disk.ts';
import type { SimulatedNetwork } from '../simulated-network.ts';

export interface Disturbed {
  readonly network: SimulatedNetwork;
  readonly disk: SimulatedDisk;
  /** The process of the broker that runs now. */
  process(): BrokerProcess | undefined;
}

type Disturbance = (context: RunContext, target: Disturbed, random: Random) => Promise<void>;

const MOST_REST_MS = 1500;
/** In a run: a broker that fails again before its data have been looked at would never be done with. */
const MOST_DISTURBANCES = 100;

export async function disturb(context: RunContext, target: Disturbed, signal: AbortSignal): Promise<void> {
  const random = context.random();
  const disturbances = disturbancesOf(context);
  for (let count = 0; disturbances.length > 0 && count < MOST_DISTURBANCES && !signal.aborted; count++) {
    await sleep(context.clock, random.integer(MOST_REST_MS));
    if (signal.aborted) return;
    await disturbances[random.integer(disturbances.length)]?.(context, target, random);
  }
}

function disturbancesOf({ swarm }: RunContext): Disturbance[] {
  const chosen: Disturbance[] = [];
  if (swarm.cutsNetwork) chosen.push(cutNetwork, resetConnections, loseConnections);
  if (swarm.pausesBroker) chosen.push(pauseBroker);
  if (swarm.jumpsClock) chosen.push(jumpClock);
  if (swarm.fillsDisk) chosen.push(fillDisk);
  if (swarm.failsSync) chosen.push(failSync);
  if (swarm.failsReads) chosen.push(failRead);
  return chosen;
}

const cutNetwork: Disturbance = async ({ clock, trace }, { network }, random) => {
  const cut = (['broker', 'clients', 'both'] as const)[random.integer(3)] ?? 'both';
  trace.event(`nothing arrives at ${cut}`);
  if (cut !== 'clients') network.block('broker');
  if (cut !== 'broker') network.block('clients');
  await sleep(clock, random.integer(5000));
  trace.event('the network is whole again');
  network.heal();
};

const resetConnections: Disturbance = async ({ trace }, { network }) => {
  trace.event('every connection is reset');
  network.reset();
};

const loseConnections: Disturbance = async ({ trace }, { network }) => {
  trace.event('what is sent on the connections of now never arrives');
  network.lose();
};

const pauseBroker: Disturbance = async ({ clock, trace }, target, random) => {
  const process = target.process();
  trace.event('the broker is paused');
  process?.gate.pause();
  await sleep(clock, random.integer(8000));
  trace.event('the broker goes on');
  process?.gate.resume();
};

const jumpClock: Disturbance = async ({ trace }, target, random) => {
  const jumpMs = (random.integer(2) * 2 - 1) * random.integer(7_200_000);
  trace.event(`the clock of the broker jumps by ${jumpMs} ms`);
  target.process()?.clock.jump(jumpMs);
};

const fillDisk: Disturbance = async ({ clock, trace }, { disk, process }, random) => {
  const running = process();
  if (running === undefined || !running.hasStarted) return;
  trace.event('the disk is full');
  disk.capacityBytes = disk.usedBytes + random.integer(2000);
  await sleep(clock, random.integer(3000));
  trace.event('the disk has room again');
  disk.capacityBytes = Number.MAX_SAFE_INTEGER;
};

const failSync: Disturbance = async ({ trace }, target, random) => {
  trace.event('a sync will fail');
  target.process()?.disk.failOnce({ call: 'sync', after: random.integer(10) });
};

const failRead: Disturbance = async ({ trace }, target, random) => {
  trace.event('a read will fail');
  target.process()?.disk.failOnce({ call: 'read', after: random.integer(10) });
};
