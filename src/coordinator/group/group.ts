// What lives under a group id. The other kinds of groups come beside the classic one.

import type { ClassicGroup } from './classic/classic-group.ts';

export type Group = ClassicGroup;
