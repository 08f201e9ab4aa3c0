// UpdateFeatures (KIP-584): the levels of features that the cluster uses.

import { updateFeatures } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const updateFeaturesHandler = handler(updateFeatures, {
  handle(request, context) {
    requireCluster(context, 'alter');
    return context.services.metadata.updateFeatures(request, context.apiVersion);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, results: [] }),
});
