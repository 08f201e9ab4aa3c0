// Records per second and CPU of the client when it reads, beside other clients for Node, from Apache Kafka. Arguments: megabytes a run (300), runs (3),
// and of which shapes (all; '1024' are all of 1 KiB, '100 B, lz4' is one).

import { benchClients } from './support/client-figures.ts';

await benchClients('consume', process.argv.slice(2));
