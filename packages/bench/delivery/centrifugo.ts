// Centrifugo, which is no package: it is measured where its binary is, and of the version whose configuration is known.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { onPath } from '../on-path.ts';
import { tellsOfOthers } from '../process-usage.ts';
import type { SubjectKind } from './pool.ts';

export const CENTRIFUGO = 'centrifugo';
const MAJOR = 6;

/** A contestant, or why there is none: a noun, and what keeps it from being one. */
export type FoundCentrifugo = { kind: SubjectKind } | { leftOut: string };

export async function findCentrifugo(): Promise<FoundCentrifugo> {
  const binary = onPath(CENTRIFUGO);
  if (binary === undefined) return { leftOut: `Centrifugo, because there is no \`${CENTRIFUGO}\` on PATH` };
  if (!tellsOfOthers)
    return { leftOut: 'Centrifugo, because this system does not tell what another process has used' };
  const { stdout } = await promisify(execFile)(binary, ['version']).catch(() => ({ stdout: '' }));
  return centrifugoOf(stdout);
}

/** @param says what `centrifugo version` does: `Centrifugo v6.9.1 (Go version: go1.26.5)` */
export function centrifugoOf(says: string): FoundCentrifugo {
  const [, version, major] = /\bv?((\d+)\.\d+\.\d+)/.exec(says) ?? [];
  if (version === undefined)
    return { leftOut: `Centrifugo, because \`${CENTRIFUGO} version\` does not say its version` };
  if (Number(major) !== MAJOR)
    return {
      leftOut: `Centrifugo ${version}, because its configuration is known here as version ${MAJOR} has it`,
    };
  return {
    kind: {
      name: CENTRIFUGO,
      title: `Centrifugo ${version}`,
      entry: CENTRIFUGO,
      place: 'generator',
      protocol: CENTRIFUGO,
    },
  };
}
