import { type ColumnLayout, digitBytes, fractionBytes } from '../binlog/column-layout';
import type { KeyColumn } from './key-column';

/** Turns a value of the binary log into the text that a query gives of it. `undefined`: not of a kind known here. */
export function keyTextOf(column: KeyColumn, layout: ColumnLayout, value: Buffer): string | undefined {
  switch (column.kind) {
    case 'integer':
      return integerText(column, value);
    case 'decimal':
      return decimalText(value, layout.metadata & 0xff, layout.metadata >> 8);
    case 'binary':
      return value
        .toString('hex')
        .toUpperCase()
        .padEnd(column.fixedBytes * 2, '0');
    case 'text':
      return value.toString('hex').toUpperCase();
    case 'real':
      return realBytes(value);
    case 'engine':
      return undefined;
    case 'temporal':
      return temporalText(column.dataType, value, layout.metadata);
  }
}

function integerText({ dataType, unsigned }: KeyColumn, value: Buffer): string | undefined {
  if (value.length === 0 || value.length > 8) return undefined;
  // BIT alone is stored with the highest byte first.
  if (dataType === 'bit') return BigInt(`0x${value.toString('hex')}`).toString();
  if (dataType === 'year') return String(value[0] === 0 ? 0 : 1900 + (value[0] ?? 0));
  const number = BigInt(`0x${Buffer.from(value).reverse().toString('hex')}`);
  return (unsigned ? number : BigInt.asIntN(value.length * 8, number)).toString();
}

/** Those of a DOUBLE, of a FLOAT too. */
function realBytes(value: Buffer): string | undefined {
  if (value.length !== 4 && value.length !== 8) return undefined;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value.length === 4 ? value.readFloatLE() : value.readDoubleLE());
  return bytes.toString('hex').toUpperCase();
}

/** Groups of nine digits in four bytes, the sign in the first bit, and everything inverted where negative. */
function decimalText(value: Buffer, precision: number, scale: number): string {
  const bytes = Buffer.from(value);
  const negative = ((bytes[0] ?? 0) & 0x80) === 0;
  bytes[0] = (bytes[0] ?? 0) ^ 0x80;
  if (negative) for (const [index, byte] of bytes.entries()) bytes[index] = ~byte & 0xff;
  const whole = precision - scale;
  const wholeBytes = digitBytes(whole);
  const first = digits(bytes.subarray(0, wholeBytes), whole, 'left');
  const rest = digits(bytes.subarray(wholeBytes), scale, 'right');
  const text = first.replace(/^0+(?=\d)/, '') || '0';
  return `${negative ? '-' : ''}${text}${scale > 0 ? `.${rest}` : ''}`;
}

/** The digits that do not fill a group of nine stand on the outer side. */
function digits(bytes: Buffer, count: number, outer: 'left' | 'right'): string {
  const odd = count % 9;
  const oddBytes = digitBytes(odd);
  const groups = Math.floor(count / 9);
  const group = (offset: number): string => bytes.readUInt32BE(offset).toString().padStart(9, '0');
  const oddAt = (offset: number): string =>
    odd === 0 ? '' : bytes.readUIntBE(offset, oddBytes).toString().padStart(odd, '0');
  const start = outer === 'left' ? oddBytes : 0;
  const full = Array.from({ length: groups }, (_, index) => group(start + index * 4)).join('');
  return outer === 'left' ? oddAt(0) + full : full + oddAt(groups * 4);
}

function temporalText(dataType: string, value: Buffer, fractionDigits: number): string | undefined {
  if (dataType === 'date' && value.length === 3) {
    const date = value.readUIntLE(0, 3);
    return dateText(date >> 9, (date >> 5) & 15, date & 31);
  }
  if (dataType === 'datetime' && value.length === 5 + fractionBytes(fractionDigits)) {
    const packed = value.readUIntBE(0, 5) - 0x8000000000;
    const days = Math.floor(packed / 2 ** 17);
    const time = packed % 2 ** 17;
    const months = days >> 5;
    const date = dateText(Math.floor(months / 13), months % 13, days & 31);
    return `${date} ${timeText(time >> 12, (time >> 6) & 63, time & 63)}${fraction(value.subarray(5), fractionDigits)}`;
  }
  if (dataType === 'timestamp' && value.length === 4 + fractionBytes(fractionDigits)) {
    const seconds = value.readUInt32BE(0);
    const moment = value.every((byte) => byte === 0)
      ? '0000-00-00 00:00:00'
      : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return moment + fraction(value.subarray(4), fractionDigits);
  }
  if (dataType === 'time' && value.length === 3 + fractionBytes(fractionDigits)) return spanText(value, fractionDigits);
  return undefined;
}

/** Of a TIME: a number that is moved up by half of its range, so that its bytes are ordered. */
function spanText(value: Buffer, fractionDigits: number): string {
  const span = value.readUIntBE(0, value.length) - 2 ** (value.length * 8 - 1);
  const size = Buffer.alloc(value.length);
  size.writeUIntBE(Math.abs(span), 0, value.length);
  const time = size.readUIntBE(0, 3);
  const sign = span < 0 ? '-' : '';
  return sign + timeText(time >> 12, (time >> 6) & 63, time & 63) + fraction(size.subarray(3), fractionDigits);
}

function fraction(bytes: Buffer, digitCount: number): string {
  if (digitCount === 0) return '';
  const width = bytes.length * 2;
  return `.${bytes.readUIntBE(0, bytes.length).toString().padStart(width, '0').slice(0, digitCount)}`;
}

function dateText(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function timeText(hour: number, minute: number, second: number): string {
  return `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
