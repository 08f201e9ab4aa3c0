// Records per second and CPU of the client when it reads, beside other clients for Node, from Apache Kafka. Arguments: megabytes a run (300), runs (3).

import { benchClients } from './support/client-figures.ts';

await benchClients('consume', Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 3));
