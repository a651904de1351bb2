// The API key, where one is asked for.

import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from './api-error.js';

/** Checks the `authorization` header of a request: throws ApiError 401 unless it holds the key. */
export type KeyCheck = (authorization: string | undefined) => void;

/** The check for a key. Digests are compared, in constant time: neither the key nor its length shows in how long that takes. */
export function keyCheck(key: string): KeyCheck {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(key);
  return (authorization) => {
    const [, given] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? [];
    if (given === undefined) throw new ApiError(401, 'no API key: send it as "Authorization: Bearer KEY"', { code: 'missing_api_key' });
    if (!timingSafeEqual(digest(given), expected)) throw new ApiError(401, 'the API key is wrong', { code: 'invalid_api_key' });
  };
}
