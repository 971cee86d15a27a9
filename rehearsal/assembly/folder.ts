import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** CloudFormation takes templates of 1 MB; a manifest with the metadata of a large app is tens of them. */
const MAX_BYTES = 256 * 2 ** 20;

/** The folder of a cloud assembly, which somebody else may have made: nothing outside it is read in its name. */
export class AssemblyFolder {
  /** Absolute. */
  readonly directory: string;

  constructor(
    directory: string,
    /** The outermost folder of the assembly; a stage's is inside it. */
    private readonly root = resolve(directory),
  ) {
    this.directory = resolve(directory);
  }

  /** A stage's folder. @throws Error if it is this one, one around it, or outside. */
  stage(named: string): AssemblyFolder {
    const path = this.path(named);
    if (!isWithin(this.directory, path) || path === this.directory) {
      throw new Error(`${this.manifest} names the folder ${named} as a stage's, which is not inside this one.`);
    }
    return new AssemblyFolder(path, this.root);
  }

  /** Where something is that the assembly names. @throws Error if that is outside. */
  path(named: string): string {
    const path = resolve(this.directory, named);
    if (isAbsolute(named) || !isWithin(this.root, path)) {
      throw new Error(
        `${this.manifest} names ${named}, which is outside of the assembly. Synthesize it without --no-staging, so that it holds all that it needs.`,
      );
    }
    return path;
  }

  /** @throws Error if it is outside, no file, too large, or no JSON. */
  json(named: string): unknown {
    const path = this.path(named);
    const text = this.text(path);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The file at a path of the assembly. @throws Error if it leads outside, or is no file, or too large. */
  text(path: string): string {
    return readText(path, this.root);
  }

  private get manifest(): string {
    return join(this.directory, 'manifest.json');
  }
}

function readText(path: string, root: string): string {
  // A pipe is opened only once somebody writes to it, and a device may never end.
  const file = open(path);
  try {
    const state = fstatSync(file);
    if (!state.isFile()) throw new Error(`${path} is no file. Synthesize the app again.`);
    if (!isWithin(realpathSync(root), realpathSync(path))) {
      throw new Error(`${path} leads to ${realpathSync(path)}, which is outside of the assembly.`);
    }
    if (state.size > MAX_BYTES) {
      throw new Error(`${path} has ${state.size} bytes; accepted are up to ${MAX_BYTES}.`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'ENOENT'
        ? `The assembly names ${path}, which is not there. Synthesize the app again.`
        : `${path} cannot be read (${code}).`,
      { cause: error },
    );
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
