/**
 * Makes a browser's PNG a third as large, as one with a palette: pictures of a page have few colours, and many that are
 * almost the same. Reads what Chromium writes: 8 bits for each of red, green, blue, and perhaps alpha, which is ignored.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLOURS = 256;
/** So many of them are as in the picture. */
const EXACT = 96;

interface Picture {
  width: number;
  height: number;
  /** Of each pixel, as 0xRRGGBB, row by row. */
  colours: Uint32Array;
}

export function toPalette(png: Buffer): Buffer {
  const { width, height, colours } = read(png);
  const palette = choose(colours);
  const places = new Map<number, number>();
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, colour] of colours.entries()) {
    const place = places.get(colour) ?? nearest(palette, colour);
    places.set(colour, place);
    // Each row begins with its filter: none.
    rows[at + Math.floor(at / width) + 1] = place;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The most common ones as they are, and of those that are left one for many that are almost the same. */
function choose(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const common = [...counts].toSorted(([, one], [, other]) => other - one);
  const groups = new Map<number, { colour: number; total: number }>();
  for (const [colour, count] of common.slice(EXACT)) {
    // The first one is the most common of them.
    const group = groups.get(colour & 0xf0f0f0) ?? { colour, total: 0 };
    group.total += count;
    groups.set(colour & 0xf0f0f0, group);
  }
  const rest = [...groups.values()].toSorted((one, other) => other.total - one.total);
  return [
    ...common.slice(0, EXACT).map(([colour]) => colour),
    ...rest.slice(0, COLOURS - EXACT).map(({ colour }) => colour),
  ];
}

function nearest(palette: readonly number[], colour: number): number {
  const of = channels(colour);
  const far = palette.map((one) => channels(one).reduce((sum, it, at) => sum + (it - (of[at] ?? 0)) ** 2, 0));
  return far.indexOf(Math.min(...far));
}

const channels = (colour: number): number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];

function read(png: Buffer): Picture {
  const packed: Buffer[] = [];
  let header: Buffer = Buffer.alloc(0);
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const content = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') header = content;
    if (type === 'IDAT') packed.push(content);
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = header[9] === 6 ? 4 : 3;
  const bytes = unfilter(inflateSync(Buffer.concat(packed)), { length: width * size, height, size });
  const colours = Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * size, 3));
  return { width, height, colours };
}

/** Undoes what PNG does to rows before it packs them: https://www.w3.org/TR/png-3/#9Filters */
function unfilter(
  rows: Buffer,
  { length, height, size }: { length: number; height: number; size: number },
): Buffer {
  const out = Buffer.alloc(length * height);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (length + 1)];
    for (let x = 0; x < length; x += 1) {
      const left = x < size ? 0 : (out[y * length + x - size] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * length + x] ?? 0);
      const corner = x < size || y === 0 ? 0 : (out[(y - 1) * length + x - size] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[y * length + x] = (rows[y * (length + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [left, up, corner].map((it) => Math.abs(guess - it)) as [
    number,
    number,
    number,
  ];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(content.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
