// Settings of Java's TLS, which have no meaning here.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const sslSettings: ConfigTable = {
  'security.providers': unused('string', null, 'Java classes that add security providers.'),
  'ssl.engine.factory.class': unused('class', null, 'A Java class that makes TLS engines.', 'per-broker'),
  'ssl.keymanager.algorithm': unused('string', 'SunX509', "The algorithm of Java's key manager.", 'per-broker'),
  'ssl.provider': unused('string', null, 'The Java provider of TLS.', 'per-broker'),
  'ssl.secure.random.implementation': unused('string', null, "Java's random generator for TLS.", 'per-broker'),
  'ssl.trustmanager.algorithm': unused('string', 'PKIX', "The algorithm of Java's trust manager.", 'per-broker'),
};
