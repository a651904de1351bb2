// Loads the native addon, the one place where JavaScript meets C++.

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { NativeAddon } from './native-types.js'

/** Relative to this file both as lib/native.ts and as dist/native.js. */
const path = fileURLToPath(new URL('../build/addon/Release/surecall.node', import.meta.url))

function load(): NativeAddon {
  try {
    return createRequire(import.meta.url)(path) as NativeAddon
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new Error(`surecall's native addon is not built; run \`npm run build\` in the package folder (${reason})`, { cause })
  }
}

export const addon: NativeAddon = load()
