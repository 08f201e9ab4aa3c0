// WriteShareGroupState: the leader of a partition tells what a share group has done with its records. v1+ tells how many it is done with (KIP-1226).

import { writeShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';
import { failedShareState } from '../share/failed-share-state.ts';

export const writeShareGroupStateHandler = handler(writeShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.writeState(request);
  },
  fail: (request, error) => failedShareState(request, error, {}),
});
