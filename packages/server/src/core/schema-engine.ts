// Prisma's schema engine as WebAssembly, which needs neither a binary nor a network. It writes migrations and, in
// the tests, judges them; the running server does not load it.
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaContainer, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

interface Instance {
  readonly exports: { __wbindgen_start(): void };
}
/** TypeScript has the types of WebAssembly only among those of browsers. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: Instance }>;
};

export const NO_FILTERS = { externalTables: [], externalEnums: [] };

let started: Promise<void> | undefined;

/** An engine on the database behind the adapter. The caller frees it. */
export async function schemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema: readonly SchemaContainer[],
): Promise<SchemaEngine> {
  await (started ??= start());
  const datamodels = schema.map(({ path, content }): [string, string] => [path, content]);
  return await bindings.SchemaEngine.new(
    { datamodels },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/** @returns the SQL that turns the database behind the adapter into the schema; undefined when it is that already. */
export async function differenceToSchema(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schemaDirectory: string,
): Promise<string | undefined> {
  const files = await readSchema(schemaDirectory);
  const engine = await schemaEngine(adapter, files);
  try {
    const { stdout, exitCode } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: schemaDirectory },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    });
    return exitCode === 0 ? undefined : (stdout ?? undefined);
  } finally {
    engine.free();
  }
}

/** Every `.prisma` file of the folder, `models/` and deeper included. */
export async function readSchema(directory: string): Promise<SchemaContainer[]> {
  const names = await readdir(directory, { recursive: true });
  const paths = names
    .filter((name) => name.endsWith('.prisma'))
    .toSorted()
    .map((name) => join(directory, name));
  return await Promise.all(paths.map(async (path) => ({ path, content: await readFile(path, 'utf8') })));
}

async function start(): Promise<void> {
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}
