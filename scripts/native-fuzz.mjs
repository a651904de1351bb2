// Builds the libFuzzer targets of native/fuzz with clang, the address and the UB sanitizer, and runs each for a while.
//
//   node scripts/native-fuzz.mjs [--seconds 60] [TARGET ...]      TARGET: program, regex, bytes; default all
//
// Inputs that were found are kept in build/fuzz/corpus, findings in build/fuzz/findings. Without clang nothing is run.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BuildError, cores, hasNinja, report, requireTools, root, show } from './toolchain.mjs'

const dir = join(root, 'build', 'fuzz')
const NEWEST_CLANG = 22
const OLDEST_CLANG = 14

/** A clang that links libFuzzer: Debian's packages clang-N and libclang-rt-N-dev. */
function clang() {
  const names = ['clang++']
  for (let version = NEWEST_CLANG; version >= OLDEST_CLANG; version--) names.push(`clang++-${version}`)
  const links = (/** @type {string} */ name) => {
    const source = 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }'
    return spawnSync(name, ['-x', 'c++', '-fsanitize=fuzzer,address', '-', '-o', '/dev/null'], { input: source }).status === 0
  }
  return names.find(links)
}

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seconds: { type: 'string', default: '60' } } })
  requireTools()
  const compiler = clang()
  if (compiler === undefined) {
    console.log('native-fuzz: no clang with libFuzzer (Debian: apt-get install clang-16 libclang-rt-16-dev), nothing is run')
    return
  }
  const options = ['-DCMAKE_BUILD_TYPE=Release', '-DSURECALL_FUZZ=ON', '-DSURECALL_SANITIZE=ON', '-DSURECALL_DECODE=OFF', `-DCMAKE_CXX_COMPILER=${compiler}`]
  const generator = hasNinja() ? 'Ninja' : 'Unix Makefiles'
  show('cmake', ['-S', root, '-B', dir, '-G', generator, '--log-level=NOTICE', ...options], 'configuring the fuzz targets')
  show('cmake', ['--build', dir, '--parallel', String(cores)], 'building the fuzz targets')
  const every = readdirSync(join(root, 'native', 'fuzz')).filter((name) => name.endsWith('_fuzz.cc')).map((name) => name.replace('_fuzz.cc', ''))
  for (const target of positionals.length > 0 ? positionals : every) run(target, values.seconds)
}

function run(/** @type {string} */ target, /** @type {string} */ seconds) {
  const [corpus, findings] = ['corpus', 'findings'].map((name) => join(dir, name, target))
  for (const folder of [corpus, findings]) mkdirSync(folder, { recursive: true })
  const limits = [`-max_total_time=${seconds}`, '-timeout=20', '-rss_limit_mb=4096', '-verbosity=0', '-print_final_stats=1', `-artifact_prefix=${findings}/`]
  show(join(dir, `${target}_fuzz`), [corpus, ...limits], `fuzzing ${target} for ${seconds} s`)
}

try {
  main()
} catch (error) {
  report('native fuzzing', error instanceof Error && error.message.startsWith('Unknown option') ? new BuildError('usage: native-fuzz.mjs [--seconds N] [TARGET ...]') : error)
}
