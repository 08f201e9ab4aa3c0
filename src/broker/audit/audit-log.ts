// The audit log: who was denied what, and who administers what with which outcome. One line each, under the logger's name `audit`; the logger keeps what
// clients say from forging lines.

import { errorName } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { errorCounts } from '../error-counts.ts';
import type { RequestContext } from '../handler.ts';
import { principalText } from '../principal.ts';
import { describeAdministration } from './administrative-requests.ts';

export class AuditLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger.child({ logger: 'audit' });
  }

  /** A request named a resource that its sender may not use so. */
  denied(context: RequestContext, operation: string, resource: string, name: string): void {
    this.#logger.info({ ...senderOf(context), operation, resource, name }, 'denied');
  }

  /** Says nothing of requests that administer nothing. */
  answered(context: RequestContext, request: object, answer: object | null): void {
    const resources = describeAdministration(context.api.key, request);
    if (resources === undefined) return;
    const isOnlyChecked = 'validateOnly' in request && request.validateOnly === true;
    const errors = Array.from(errorCounts(answer).keys(), (code) => errorName(code) ?? String(code));
    const outcome = errors.length === 0 ? ['NONE'] : errors;
    this.#logger.info(
      { ...senderOf(context), resources, outcome, ...(isOnlyChecked && { isOnlyChecked }) },
      'administrative request',
    );
  }
}

function senderOf({ principal, connection, clientId, api }: RequestContext) {
  const { host, listenerName: listener } = connection;
  return { principal: principalText(principal), host, listener, clientId, api: api.name };
}
