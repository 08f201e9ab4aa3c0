// How this client names itself to brokers (KIP-511).

import packageJson from '../../package.json' with { type: 'json' };

export const SOFTWARE = { clientSoftwareName: 'millrace', clientSoftwareVersion: packageJson.version };
