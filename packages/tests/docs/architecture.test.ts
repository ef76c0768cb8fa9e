// What ARCHITECTURE.md and the README say in tables is what the code has.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LIMITS, REASONS } from '@parley/contract/schemas';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { describe, expect, it } from 'vitest';

import { RATES } from '../../server/src/core/rate-limit.ts';
import { CLOSE } from '../../server/src/http/close-code.ts';
import { readDocument, ROOT, table } from './markdown.ts';

const architecture = readDocument('ARCHITECTURE.md');
const readme = readDocument('README.md');
const source = join(ROOT, 'packages/server/src');

/** Files of the server that runs, and what they say. */
const running = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !/(\.test|\.suite)\.ts$|(^|\/)(testing|generated)\//.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));

const filesWith = (pattern: RegExp) =>
  running.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('the log', () => {
  it('is written by commit alone', () => {
    expect(filesWith(/logEntry\s*\.\s*(create|update|upsert|delete)/)).toEqual(['core/commit.ts']);
    expect(filesWith(/(insert\s+into|update|delete\s+from)\s+"(LogEntry|Topic)"/i)).toEqual([
      'core/commit.ts',
    ]);
    expect(filesWith(/\.\s*topic\s*\.\s*(create|update|upsert|delete)/)).toEqual(['core/commit.ts']);
  });
});

describe('the bus', () => {
  it('is given events by those who tell of them alone, and control messages besides', () => {
    expect(filesWith(/\bbus\s*\.\s*publish\(/).toSorted()).toEqual([
      'core/announce.ts',
      'core/control.ts',
      'core/publish.ts',
    ]);
  });
});

describe('a table of the documents', () => {
  it('names every close code', () => {
    const rows = table(architecture, 'name').map(([name, code]) => [name, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(CLOSE);
  });

  it('names every reason of a refusal under its code and status', () => {
    const told = table(architecture, 'code').flatMap(([code = '', status, reasons = '']) =>
      reasons.split(', ').map((reason) => [reason, { code, status: Number(status) }] as const),
    );
    const held = Object.entries(REASONS).map(([reason, { code }]) => {
      return [reason, { code, status: getHTTPStatusCodeFromError(new TRPCError({ code })) }] as const;
    });
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held));
    expect(told).toHaveLength(held.length);
  });

  it('says which refusals may pass', () => {
    const retryable = Object.entries(REASONS).flatMap(([reason, entry]) => (entry.retryable ? [reason] : []));
    expect(retryable).toEqual(['rate_limited', 'timed_out', 'unavailable']);
    expect(architecture).toContain('after `rate_limited`, `timed_out` and `unavailable`; after the others');
  });

  it('gives limits as they are', () => {
    const rows = table(readme, 'limit');
    expect(rows.length).toBeGreaterThan(10);
    const told = rows.map(([name = '', bound]) => [name, numberOf(bound)] as const);
    expect(LIMITS).toMatchObject(Object.fromEntries(told));
  });

  it('gives every rate as it is', () => {
    const told = table(readme, 'rate').map(([name, points, duration]) => {
      return [name, { points: numberOf(points), duration: numberOf(duration) }] as const;
    });
    expect(Object.fromEntries(told)).toEqual(RATES);
  });

  it('names every variable of the environment', () => {
    const config = running.find(({ name }) => name === 'core/config.ts')?.text ?? '';
    const schema = /const environment = z\.object\(\{([\s\S]*?)^\}\);/m.exec(config)?.[1] ?? '';
    const variables = new Set([...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name));
    expect(variables.size).toBeGreaterThan(10);
    expect(new Set(table(readme, 'variable').map(([name]) => name))).toEqual(variables);
  });

  it('names every command of the repository that a person gives', () => {
    const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };
    const told = table(readme, 'command').map(([command = '']) => command.split(' ')[1] ?? '');
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(told));
    for (const name of ['demo', 'test', 'dev', 'start', 'talk', 'db:migration']) expect(told).toContain(name);
  });
});

const numberOf = (cell: string | undefined): number => Number(cell?.replaceAll(/\s/g, ''));
