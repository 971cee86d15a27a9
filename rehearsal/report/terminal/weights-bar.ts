import type { Piece } from './paint';

const LENGTH = 24;

/** Who is given to how many of those who ask. */
export function weightsBar({ blue = 0, green = 0 }: { readonly blue?: number; readonly green?: number }): Piece[] {
  const whole = blue + green;
  const greens = whole === 0 ? 0 : Math.round((green / whole) * LENGTH);
  const blues = whole === 0 ? 0 : LENGTH - greens;
  return [
    { text: `blue ${blue} `, style: 'blue' },
    { text: '█'.repeat(blues), style: 'blue' },
    { text: '█'.repeat(greens), style: 'green' },
    { text: '░'.repeat(LENGTH - blues - greens), style: 'dim' },
    { text: ` green ${green}`, style: 'green' },
  ];
}
