// Runs one task of one client in this process, and prints what it took: seconds and CPU seconds. Arguments: client, produce or consume, task.

import type { BenchClient, ClientTask } from '../clients/bench-client.ts';

const [name = '', action = '', text = ''] = process.argv.slice(2);
const task = JSON.parse(text) as ClientTask;
const { client } = (await import(`../clients/${name}.ts`)) as { client: BenchClient };
const startMs = performance.now();
const cpu = process.cpuUsage();
if (action === 'produce') await client.produce(task);
else {
  const bytes = await client.consume(task);
  if (bytes < task.records * task.bytes) throw new Error(`${name} read ${bytes} bytes of ${task.records * task.bytes}`);
}
const { user, system } = process.cpuUsage(cpu);
const seconds = (performance.now() - startMs) / 1000;
console.log(`took ${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 })}`);
process.exit(0);
