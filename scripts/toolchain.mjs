// What a build needs from the machine, and how to say what is missing.

import { spawnSync } from 'node:child_process'
import { availableParallelism, tmpdir } from 'node:os'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const cores = availableParallelism()

const CMAKE_MIN = /** @type {const} */ ([3, 20])

/** A failure that the user can act on: printed as it is, without a stack. */
export class BuildError extends Error {}

/** @param {string} command @param {string[]} args */
const output = (command, args) => spawnSync(command, args, { encoding: 'utf8' })

/** The C library that Node runs on: 'glibc' or 'musl'. */
export function libc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

export const hasNinja = () => output('ninja', ['--version']).status === 0

/** Runs a command with its output shown, and throws when it fails. */
export function show(/** @type {string} */ command, /** @type {string[]} */ args, /** @type {string} */ what) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) throw new BuildError(`${what} failed (see above).`)
}

/**
 * Throws one BuildError that names everything that is missing and the command that installs it.
 *
 * @param {{ git?: boolean, cuda?: boolean }} [needs] git: to fetch llama.cpp, which an installed package has with it
 */
export function requireTools({ git = true, cuda = false } = {}) {
  const missing = [git ? missingGit() : null, missingCmake(), missingMake(), missingCompiler(), cuda ? missingNvcc() : null]
    .filter((line) => line !== null)
  if (missing.length === 0) return
  const list = missing.map((line) => `  - ${line}`).join('\n')
  throw new BuildError(`cannot build surecall, missing:\n${list}\n${advice()}`)
}

function missingGit() {
  return output('git', ['--version']).status === 0 ? null : 'git'
}

function missingCmake() {
  const found = /version (\d+)\.(\d+)/.exec(output('cmake', ['--version']).stdout ?? '')
  const need = CMAKE_MIN.join('.')
  if (!found) return `cmake ${need} or newer`
  const [major, minor] = [Number(found[1]), Number(found[2])]
  const isNew = major > CMAKE_MIN[0] || (major === CMAKE_MIN[0] && minor >= CMAKE_MIN[1])
  return isNew ? null : `cmake ${need} or newer (found ${major}.${minor})`
}

function missingNvcc() {
  const candidates = [process.env.CUDACXX, process.env.CUDA_PATH && join(process.env.CUDA_PATH, 'bin', 'nvcc'), 'nvcc', '/usr/local/cuda/bin/nvcc']
  const isThere = candidates.some((nvcc) => nvcc !== undefined && output(nvcc, ['--version']).status === 0)
  return isThere ? null : 'the CUDA toolkit (nvcc; set CUDACXX to its path if it is not on PATH)'
}

function missingMake() {
  if (process.platform === 'win32' || hasNinja()) return null
  return output('make', ['--version']).status === 0 ? null : 'ninja or make'
}

function missingCompiler() {
  if (process.platform === 'win32') return null // cmake-js finds Visual Studio, or says that it did not
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++']
  const work = mkdtempSync(join(tmpdir(), 'surecall-cxx-'))
  try {
    const source = join(work, 'probe.cc')
    writeFileSync(source, '#include <bit>\n#include <span>\nint main() { return std::popcount(0u); }\n')
    // CXX may bring arguments, as with CMake: `ccache g++`, `zig c++`.
    const compiles = (/** @type {string} */ cxx) => {
      const [command = cxx, ...args] = existsSync(cxx) ? [cxx] : cxx.split(/\s+/)
      return output(command, [...args, '-std=c++20', '-c', source, '-o', join(work, 'probe.o')]).status === 0
    }
    return candidates.some(compiles) ? null : 'a C++20 compiler (g++ 11 or clang 14 or newer)'
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function advice() {
  switch (process.platform) {
    case 'darwin':
      return 'Install them with: xcode-select --install && brew install cmake ninja'
    case 'win32':
      return 'Install them with: winget install Git.Git Kitware.CMake Ninja-build.Ninja, and Visual Studio 2022 with "Desktop development with C++" and "C++ Clang tools"'
    default:
      return (
        'Install them with (Debian/Ubuntu): apt-get install g++ cmake ninja-build git ccache\n' +
        '                  (Fedora):        dnf install gcc-c++ cmake ninja-build git ccache'
      )
  }
}

/** Prints a BuildError as it is and sets the exit code; anything else keeps its stack. */
export function report(/** @type {string} */ prefix, /** @type {unknown} */ error) {
  if (!(error instanceof BuildError)) throw error
  console.error(`${prefix}: ${error.message}`)
  process.exitCode = 1
}
