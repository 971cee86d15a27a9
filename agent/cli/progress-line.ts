import { SingleBar } from 'cli-progress';
import type { Progress } from '../../contract/common';
import { printable } from '../printable';

export interface ProgressLine {
  show(progress: Progress): void;
  end(): void;
}

const betweenLinesMs = 5_000;
const barLength = 30;

/** How far long work has come, on standard error: a bar on a terminal, elsewhere a plain line every 5 s. */
export function progressLine(output: NodeJS.WriteStream): ProgressLine {
  return output.isTTY ? bar(output) : lines(output);
}

function bar(output: NodeJS.WriteStream): ProgressLine {
  let latest: Progress = { phase: '', done: 0 };
  const single = new SingleBar({
    stream: output,
    hideCursor: true,
    clearOnComplete: true,
    format: (_options, { eta }) => {
      const left = latest.total !== undefined && Number.isFinite(eta) && eta > 0 ? `, ${eta} s left` : '';
      return `${printable(latest.phase)} ${drawn(latest)}${figures(latest)}${left}`;
    },
  });
  let started = false;
  return {
    show: (progress) => {
      latest = progress;
      const total = progress.total ?? 0;
      if (!started) single.start(total, progress.done);
      started = true;
      single.setTotal(total);
      single.update(progress.done);
    },
    end: () => {
      if (started) single.stop();
    },
  };
}

/** Work of unknown size has no bar to fill. */
function drawn({ done, total }: Progress): string {
  if (total === undefined || total === 0) return '';
  const full = Math.round(Math.min(done / total, 1) * barLength);
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)} `;
}

function lines(output: NodeJS.WriteStream): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  let phase = '';
  return {
    show: (progress) => {
      const now = performance.now();
      if (progress.phase === phase && now - last < betweenLinesMs) return;
      last = now;
      phase = progress.phase;
      output.write(`${printable(phase)}: ${figures(progress)}\n`);
    },
    end: () => undefined,
  };
}

function figures({ done, total }: Progress): string {
  const count = done.toLocaleString('en-US');
  if (total === undefined || total === 0) return count;
  return `${count} of ${total.toLocaleString('en-US')} (${Math.floor((Math.min(done, total) / total) * 100)} %)`;
}
