// Records per second and CPU of the client when it writes, beside other clients for Node, to Apache Kafka. Arguments: megabytes a run (300), runs (3),
// and of which shapes (all; '1024' are all of 1 KiB, '100 B, lz4' is one).

import { benchClients } from './support/client-figures.ts';

await benchClients('produce', process.argv.slice(2));
