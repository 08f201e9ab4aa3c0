import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config/index.ts';
import { type Disk, ManualClock, MemoryDisk, nodeDisk, SeededRandom } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { type EngineHarness, engineSuite } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { LocalEngine } from './local-engine.ts';

function harness(disk: Disk, clock: ManualClock, directory: string, settings: Record<string, string>): EngineHarness {
  let engine: LocalEngine;
  const start = async () => {
    const config = readConfig(storageConfigTable, { 'log.dirs': directory, ...settings });
    engine = new LocalEngine({ disk, clock, random: new SeededRandom(1), logger: silentLogger, config, nodeId: 1 });
    await engine.start();
    return engine;
  };
  return {
    start,
    restart: async (how) => {
      await (how === 'clean' ? engine.stop() : engine.crash());
      return start();
    },
    dispose: () => engine.stop(),
    now: () => clock.now(),
  };
}

function inMemory(settings: Record<string, string>): () => Promise<EngineHarness> {
  return async () => {
    const clock = new ManualClock();
    return harness(new MemoryDisk(clock), clock, '/data/logs', settings);
  };
}

async function onDisk(): Promise<EngineHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-storage-'));
  const inner = harness(nodeDisk, new ManualClock(), directory, {});
  return {
    ...inner,
    dispose: async () => {
      await inner.dispose();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

engineSuite('the local engine in memory', inMemory({}));
engineSuite('the local engine without a tail cache', inMemory({ 'log.tail.cache.bytes': '0' }));
engineSuite('the local engine on a disk', onDisk);
