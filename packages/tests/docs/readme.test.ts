// What the README shows is run as it stands: only the address is that of the test's own server.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { seedDemo } from '../../server/src/demo/seed.ts';
import { freePort } from '../harness/free-port.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { codeBlock, DOCUMENTS, readDocument, ROOT } from './markdown.ts';

const readme = readDocument('README.md');
const ADDRESS = 'http://localhost:3000';
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) {
  if (process.env['CI'] === 'true') throw new Error('curl is needed when CI=true: install it');
  process.stdout.write('Left out: the curl of the README, because this machine has none.\n');
}

/** Code with something in it replaced; fails where the README no longer says it. */
function adapt(code: string, shown: string, actual: string): string {
  if (!code.includes(shown)) throw new Error(`the README no longer shows ${shown}`);
  return code.replaceAll(shown, actual);
}

describe('the README', () => {
  let server: TestServer;
  /** Where a package of the workspace can be imported by its name. */
  let directory: string;
  beforeAll(async () => {
    const cache = join(ROOT, 'packages/tests/node_modules/.cache');
    await mkdir(cache, { recursive: true });
    directory = await mkdtemp(join(cache, 'readme-'));
    const [embedded] = databases();
    server = await startServer(embedded);
    await seedDemo(server.parley.services);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** Starts a program of TypeScript. */
  async function start(name: string, code: string) {
    const file = join(directory, name);
    await writeFile(file, code);
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const child = spawn(process.execPath, ['--import', pathToFileURL(tsx).href, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    return {
      said: (line: string) => expect.poll(() => out, { timeout: 50_000 }).toContain(line),
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    };
  }

  it.runIf(hasCurl)('signs in, lists talks and sends a message with curl', async () => {
    const script = adapt(codeBlock(readme, 'sh', 'curl'), ADDRESS, server.url);
    const shell = spawn('sh', ['-eu'], { stdio: ['pipe', 'pipe', 'inherit'] });
    shell.stdin.end(script);
    const [out] = await Promise.all([textOf(shell.stdout), once(shell, 'exit')]);
    expect(shell.exitCode).toBe(0);
    const { success, message } = JSON.parse(out) as {
      success: boolean;
      message: { id: string; content: string };
    };
    expect({ success, content: message.content }).toEqual({ success: true, content: 'Hello from curl' });
    const row = await server.database.prisma.message.findUnique({ where: { id: message.id } });
    expect(row?.content).toBe('Hello from curl');
  });

  it('joins a talk, sends a message and prints it with the client', async () => {
    const code = codeBlock(readme, 'ts', '@parley/client');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(18);
    await using program = await start('client.mts', adapt(code, ADDRESS, server.url));
    await program.said('ben: Hello from the client\n');
  });

  it('mounts the server into a host application', async () => {
    const port = await freePort();
    const data = JSON.stringify(join(directory, 'data'));
    const shown = adapt(codeBlock(readme, 'ts', '@parley/server'), "'.parley'", data);
    await using program = await start(
      'host.mts',
      adapt(shown, 'listen(4000)', `listen(${port}, '127.0.0.1')`),
    );
    await program.said('online: []\n');
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/`)).text()).toBe('the host application');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/api/v1/talks`)).status).toBe(401);
  });

  it('compiles, and so does the TypeScript of every other document', async () => {
    // The recipes are files that run: recipes.test.ts and recipe.test.tsx hold them together.
    const documents = DOCUMENTS.filter((path) => !path.startsWith('docs/recipes/'));
    const blocks = documents.flatMap((path) =>
      [...readDocument(path).matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
        path,
        extension: language === 'tsx' ? 'tsx' : 'mts',
        code: code ?? '',
      })),
    );
    expect(blocks.length).toBeGreaterThan(3);
    for (const [index, { path, extension, code }] of blocks.entries()) {
      const name = `block-${index}-${path.replaceAll(/\W/g, '-')}.${extension}`;
      await writeFile(join(directory, name), /^(import|export) /m.test(code) ? code : `export {};\n${code}`);
    }
    const base = join(ROOT, 'packages/tests/tsconfig.json');
    await writeFile(
      join(directory, 'tsconfig.json'),
      JSON.stringify({ extends: base, include: ['block-*'], exclude: [], references: [] }),
    );
    const tsc = createRequire(join(ROOT, 'package.json'))
      .resolve('typescript/package.json')
      .replace(/package\.json$/, 'bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
