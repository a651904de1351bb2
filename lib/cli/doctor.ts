// `surecall doctor`: what this machine is, which addon and backends were found and chosen and why, and whether a model loads. It
// must have something to say where nothing works, so it loads everything late.

import { availableParallelism, cpus, totalmem } from 'node:os';
import { describeError } from '../errors.js';
import { addonFiles, gpuPackages, platform } from '../native-file.js';
import type { BackendReport, GpuOption } from '../native-types.js';
import type { LoadedAddon } from '../native.js';
import type { CommandEnvironment } from './environment.js';
import { gigabytes } from './download-bar.js';

/** The flags of `surecall doctor`. */
export interface DoctorOptions {
  readonly model?: string;
  readonly gpu?: GpuOption;
  readonly version: string;
}

/** One line of the report: what, and what about it. */
type Line = readonly [name: string, value: string];

/** Prints the report. Returns whether everything works. */
export async function runDoctor(options: DoctorOptions, environment: CommandEnvironment): Promise<boolean> {
  const print = (lines: readonly Line[]): void => {
    for (const [name, value] of lines) environment.stdout.write(`${name.padEnd(10)} ${value}\n`);
  };
  print([['surecall', options.version], ...describeMachine()]);
  const loaded = await import('../native.js').then((native) => native.loaded, (error: unknown) => describeError(error).message);
  if (typeof loaded === 'string') {
    print([...addonFiles().map(({ path, kind }): Line => ['found', `${path} (${kind})`]), ['addon', `FAILED: ${loaded}`]]);
    return false;
  }
  print(describeAddon(loaded));
  let report: BackendReport;
  try {
    report = loaded.addon.backends(options.gpu);
  } catch (error) {
    print([['backends', `FAILED: ${describeError(error).message}`]]);
    return false;
  }
  print([...describeBackends(report), ...gpuPackages().map(({ name, reason, folder }): Line => ['package', `${name}: ${reason ?? folder}`])]);
  return describeModel(options, environment, print);
}

function describeMachine(): Line[] {
  const header = (process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }).header;
  const libc = header.glibcVersionRuntime === undefined ? 'musl' : `glibc ${header.glibcVersionRuntime}`;
  const { electron, napi, node } = process.versions;
  return [
    ['platform', `${platform}${process.platform === 'linux' ? `, ${libc}` : ''}`],
    ['node', `${node}, Node-API ${napi}${electron === undefined ? '' : `, Electron ${electron}`}`],
    ['processor', `${cpus()[0]?.model.trim() || 'unknown'}, ${availableParallelism()} threads, ${gigabytes(totalmem())} of memory`],
  ];
}

function describeAddon({ addon, file, refused }: LoadedAddon): Line[] {
  return [
    ...refused.map((reason): Line => ['refused', reason]),
    ['addon', `${file.path} (${file.kind === 'prebuild' ? 'prebuilt' : 'compiled on this machine'})`],
    ['cores', `${addon.physicalCores} physical, as many threads at most`],
    ['kernels', `${addon.kernels} (choice among allowed tokens)`],
  ];
}

function describeBackends({ tried, devices, gpu, gpuReason }: BackendReport): Line[] {
  const builtIn: Line[] = tried.length === 0 ? [['backend', `built in: ${[...new Set(devices.map(({ backend }) => backend))].join(', ')}`]] : [];
  return [
    ...builtIn,
    ...tried.map(({ name, score, loaded, reason }): Line => ['backend', `${name}, score ${score}: ${loaded ? 'chosen' : reason ?? 'not chosen'}`]),
    ...devices.map(({ name, description, memoryBytes }): Line => ['device', `${name}: ${description}${memoryBytes > 0 ? `, ${gigabytes(memoryBytes)}` : ''}`]),
    ['gpu', gpu === false ? `none: ${gpuReason ?? 'it was not asked for'}` : gpu],
  ];
}

/** Loads the model and says what it is. */
async function describeModel({ model: source, gpu }: DoctorOptions, { signal, loadModel }: CommandEnvironment, print: (lines: readonly Line[]) => void): Promise<boolean> {
  try {
    const model = await loadModel(source, { signal, ...(gpu === undefined ? {} : { gpu }) });
    try {
      const { path, description, threads, gpu: usedGpu } = model.info;
      print([['model', `${path}: ${description}; ${typeof usedGpu === 'string' ? usedGpu : `${threads} threads`}`]]);
    } finally {
      await model.dispose();
    }
    return true;
  } catch (error) {
    print([['model', `FAILED: ${describeError(error).message}`]]);
    return false;
  }
}
