// Gets a token from an OAuth 2 server by the grant of client credentials (RFC 6749, section 4.4), for `--command-config` with OAUTHBEARER.

import type { RequestToken } from '../client/index.ts';

/** Far more than any token takes. */
const MAX_ANSWER_CHARACTERS = 1_000_000;

/** Rejects when the server cannot be reached, refuses, or answers without a token; errors never hold the secret. */
export const requestToken: RequestToken = async ({ url, clientId, clientSecret, scope }, signal) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
    signal,
  });
  const text = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`);
  const token = tokenOf(text);
  if (token === undefined) throw new Error(`${url} answered without an access_token`);
  return token;
};

function tokenOf(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const hasToken = typeof answer === 'object' && answer !== null && 'access_token' in answer;
    return hasToken && typeof answer.access_token === 'string' ? answer.access_token : undefined;
  } catch {
    return undefined;
  }
}
