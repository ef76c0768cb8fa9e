// Who may import whom, as a lint rule whose message gives the reason (ARCHITECTURE.md tells the same as a picture).
import { dirname, relative, resolve } from 'node:path';

/** From the bottom up: a part imports its own rank and lower ones. */
const SERVER_PARTS = [
  { rank: 1, name: 'core', files: /^core\// },
  { rank: 1, name: 'bus', files: /^bus\// },
  { rank: 2, name: 'realtime', files: /^realtime\// },
  { rank: 3, name: 'domains', files: /^domains\// },
  { rank: 4, name: 'the router', files: /^(procedures|app-router)\.ts$/ },
  { rank: 5, name: 'http', files: /^http\// },
  { rank: 6, name: 'create-parley', files: /^create-(parley|services)\.ts$/ },
  { rank: 7, name: 'the entries', files: /./ },
];

/** From the bottom up; those of one step do not know each other. */
const LADDER = [
  ['auth'],
  ['users'],
  ['conversations'],
  ['messages', 'receipts'],
  ['offers', 'typing', 'presence'],
  ['inbox', 'room'],
];

/** What a workspace may take from the others. */
const PACKAGES = [
  { path: 'packages/contract/', may: [], reason: 'the contract is the bottom: it depends on zod alone' },
  {
    path: 'packages/server/',
    may: ['contract'],
    reason: 'the server knows the wire, not who is at its other end',
  },
  {
    path: 'packages/client/',
    may: ['contract', 'server/api'],
    reason: "the client carries the contract's types and AppRouter, and nothing of the server",
  },
  {
    path: 'apps/',
    may: ['client'],
    reason: 'an app is an example of an outside project: it has the client alone',
  },
];

/** But for the client's, which is a published entry. */
const IN_TESTS = /\.(test|suite)\.tsx?$|(?<!packages\/client\/src)\/testing\//;
/** The server in memory, which decides by the lines of the real one what needs no database. */
const IN_MEMORY = 'packages/client/src/testing/';
const WITH_PRISMA =
  /^(core\/(database|commit|log|schema-engine)[^/]*\.ts|domains\/[^/]+\/(store|.*-store)\.ts)$/;
const OWN_FILES = /\/(store|router|.*-store)\.ts$/;

/**
 * @param {string} from the importing file, relative to the root of the repository
 * @param {string} specifier as written
 * @param {boolean} typeOnly whether the import is gone at run time
 * @returns {string | undefined} why not, or undefined when it may
 */
function reasonAgainst(from, specifier, typeOnly) {
  const workspace = PACKAGES.find(({ path }) => from.startsWith(path));
  if (workspace === undefined) return undefined;

  const parley = /^@parley\/(.+)$/.exec(specifier)?.[1];
  if (parley !== undefined) {
    if (IN_TESTS.test(from)) return undefined;
    const may = from.startsWith(IN_MEMORY) ? [...workspace.may, 'server/rules'] : workspace.may;
    const allowed = may.some((name) => parley === name || parley.startsWith(`${name}/`));
    if (!allowed) return workspace.reason;
    if (parley === 'server/api' && !typeOnly)
      return `${workspace.reason}: import its types with \`import type\``;
    return undefined;
  }
  if (!workspace.path.startsWith('packages/')) return undefined;

  const source = `${workspace.path}src/`;
  if (!from.startsWith(source) || IN_TESTS.test(from)) return undefined;
  const file = from.slice(source.length);
  if (workspace.path === 'packages/server/' && specifier.startsWith('@prisma/'))
    return againstPrisma(file, typeOnly);
  if (!specifier.startsWith('.')) return undefined;

  const target = relative(source, resolve('/', dirname(from), specifier).slice(1)).replaceAll('\\', '/');
  if (target.startsWith('..')) return 'a package takes only what another one exports: import it by its name';
  if (IN_TESTS.test(target)) return 'what is there for tests is not in the server that runs';
  if (workspace.path === 'packages/client/') return againstLayer(file, target);
  if (workspace.path !== 'packages/server/') return undefined;
  return againstPart(file, target) ?? againstDomain(file, target) ?? againstGenerated(file, target, typeOnly);
}

function againstLayer(file, target) {
  if (target.startsWith('testing/') && !file.startsWith('testing/'))
    return 'the server in memory is for tests alone: the client does not know it';
  return file.startsWith('core/') && target.startsWith('react/')
    ? 'the core of the client knows no framework; React is built on it'
    : undefined;
}

function againstPart(file, target) {
  const mine = SERVER_PARTS.find(({ files }) => files.test(file));
  const other = SERVER_PARTS.find(({ files }) => files.test(target));
  if (target.startsWith('generated/') || other.rank <= mine.rank) return undefined;
  const order = 'core, bus < realtime < domains < router < http < create-parley < entries';
  return `${mine.name} does not know ${other.name}: imports point one way (${order}), so that mechanisms stay ignorant of what is built on them`;
}

function againstDomain(file, target) {
  const [mine, other] = [file, target].map((path) => /^domains\/([^/]+)\//.exec(path)?.[1]);
  if (mine === undefined || other === undefined || mine === other) return undefined;
  const [low, high] = [other, mine].map((name) => LADDER.findIndex((step) => step.includes(name)));
  const ladder = LADDER.map((step) => step.join(', ')).join(' < ');
  if (low === -1 || high === -1)
    return `"${low === -1 ? other : mine}" has no step on the ladder of domains (${ladder})`;
  if (low >= high) return `${mine} does not know ${other} (${ladder}); tell it by an event instead`;
  if (OWN_FILES.test(target))
    return `the store and the router of ${other} are its own: ask its rules or its guard`;
  return undefined;
}

function againstGenerated(file, target, typeOnly) {
  return target.startsWith('generated/prisma/') ? againstPrisma(file, typeOnly) : undefined;
}

function againstPrisma(file, typeOnly) {
  if (typeOnly || WITH_PRISMA.test(file)) return undefined;
  return "Prisma belongs to the stores (and to core's database, commit and log): rows become the contract's types there";
}

const borders = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = relative(context.cwd, context.filename).replaceAll('\\', '/');
    const check = (node, source, typeOnly) => {
      if (typeof source?.value !== 'string') return;
      const reason = reasonAgainst(from, source.value, typeOnly);
      if (reason !== undefined) context.report({ node: source, message: `Not from here: ${reason}.` });
    };
    const onlyTypes = (kind, specifiers = []) =>
      kind === 'type' ||
      (specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type'));
    return {
      ImportDeclaration: (node) => check(node, node.source, onlyTypes(node.importKind, node.specifiers)),
      ExportNamedDeclaration: (node) => check(node, node.source, onlyTypes(node.exportKind, node.specifiers)),
      ExportAllDeclaration: (node) => check(node, node.source, onlyTypes(node.exportKind)),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    };
  },
};

export default { meta: { name: 'parley' }, rules: { borders } };
