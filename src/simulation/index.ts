// The door of the simulation.

export { PLANTED_BUGS, type PlantedBug } from './planted-bug.ts';
export type { Swarm } from './swarm.ts';
export type { Importance, OnEvent } from './trace.ts';
export { type RunOptions, type RunResult, simulate } from './world.ts';
