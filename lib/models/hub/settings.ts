// The environment variables of the hub's clients.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HUB_URL } from '@huggingface/hub';

/** How the hub is reached. */
export interface HubSettings {
  /** `HF_ENDPOINT`, without a slash at the end; or the hub itself. */
  readonly endpoint: string;
  /** `HF_TOKEN`, or what the hub's command line stored at login. */
  readonly token?: string;
  /** `HF_HUB_OFFLINE`: nothing but the cache is used. */
  readonly isOffline: boolean;
}

/** Reads the settings from the environment. */
export function hubSettings(environment: NodeJS.ProcessEnv = process.env): HubSettings {
  const token = environment['HF_TOKEN']?.trim() || storedToken(environment);
  return {
    endpoint: (environment['HF_ENDPOINT'] || HUB_URL).replace(/\/+$/, ''),
    isOffline: /^(1|on|yes|true)$/i.test(environment['HF_HUB_OFFLINE'] ?? ''),
    ...(token === undefined ? {} : { token }),
  };
}

function storedToken(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment['HF_HOME'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'huggingface');
  try {
    return readFileSync(environment['HF_TOKEN_PATH'] ?? join(home, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
