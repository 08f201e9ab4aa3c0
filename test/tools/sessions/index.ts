// All sessions.

import type { Session } from '../session.ts';
import { administration } from './administration.ts';
import { everyday } from './everyday.ts';

export const SESSIONS: readonly Session[] = [everyday, administration];
