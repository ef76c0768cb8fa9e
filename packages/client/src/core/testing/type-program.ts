/**
 * TypeScript over texts that are in no file, as an outside project would write them: for what the types say (hover) and
 * refuse. The declarations of the contract and the server must have been made (`pnpm typecheck`).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import ts from '@typescript/typescript6';

export const PACKAGE = join(import.meta.dirname, '../../..');

/** @param texts by file name; they are beside `package.json`, so that `@parley/client` is this package */
export function typeService(texts: Readonly<Record<string, string>>): ts.LanguageService {
  const config = parsed(join(PACKAGE, 'tsconfig.json'));
  for (const { path } of config.projectReferences ?? []) {
    if (!existsSync(join(path, '.types'))) throw new Error(`${path} has no declarations yet: pnpm typecheck`);
  }
  const files = new Map(Object.entries(texts).map(([name, text]) => [join(PACKAGE, name), text]));
  return ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => ({
      ...config.options,
      composite: false,
      noEmit: true,
      skipLibCheck: true,
      rootDir: PACKAGE,
    }),
    getProjectReferences: () => config.projectReferences,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => '1',
    // Nothing changes: without this every question looks at all files again.
    getProjectVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = files.get(name) ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getParsedCommandLine: parsed,
    getCurrentDirectory: () => PACKAGE,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => files.has(name) || ts.sys.fileExists(name),
    readFile: (name) => files.get(name) ?? ts.sys.readFile(name),
  });
}

function parsed(path: string): ts.ParsedCommandLine {
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (config === undefined) throw new Error(`There is no ${path}`);
  return config;
}

/** `name:line: what is wrong`, in one text of a {@link typeService}. */
export function errorsIn(service: ts.LanguageService, name: string): string[] {
  const file = join(PACKAGE, name);
  return [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
    ({ file, start = 0, messageText }) =>
      `${name}:${(file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
}
