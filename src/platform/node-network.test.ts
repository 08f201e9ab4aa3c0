import { networkSuite } from './network-suite.ts';
import { nodeNetwork } from './node-network.ts';

networkSuite('node network', () => nodeNetwork);
