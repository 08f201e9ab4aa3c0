// All sessions.

import type { Session } from '../session.ts';
import { administration } from './administration.ts';
import { everyday } from './everyday.ts';
import { logins } from './logins.ts';
import { traffic } from './traffic.ts';

export const SESSIONS: readonly Session[] = [everyday, administration, logins, traffic];
