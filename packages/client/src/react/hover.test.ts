/** What an editor shows over the hooks and what they give, in `hover.txt`: it is there to be read. */
import { join } from 'node:path';

import ts from '@typescript/typescript6';
import { describe, expect, it } from 'vitest';

import { PACKAGE, typeService } from '../core/testing/type-program.ts';
import * as hooks from './index.ts';

/** What is in brackets like these is hovered; of a `result` its fields are shown too. */
const TEXT = `
declare const talkId: string, offerId: string, userId: string;

{ const «result» = «useParley»(); }
{ const «result» = «useSession»(); }
{ const «result» = «useConnection»(); }
{ const «result» = «useConversations»(); }
{ const «result» = «useConversation»(talkId); }
{ const «result» = «useMessages»(talkId); }
{ const «result» = «useTyping»(talkId); }
{ const «result» = «useReceipts»(talkId); }
{ const «result» = «useOffers»(talkId); }
{ const «result» = «useOffer»(offerId); }
{ const «result» = «usePresence»([userId]); }
{ const «result» = «useUnread»(); }
{ const «result» = «useOutbox»(); }
{ const «result» = «useSuspenseConversations»(); }
{ const «result» = «useSuspenseConversation»(talkId); }
{ const «result» = «useSuspenseMessages»(talkId); }
{ const «result» = «useSuspenseOffers»(talkId); }
{ const «result» = «useSuspenseOffer»(offerId); }
{ const «result» = «useSuspenseTyping»(talkId); }
{ const «result» = «useSuspenseReceipts»(talkId); }
{ const «result» = «useSuspensePresence»([userId]); }
{ const «result» = «useSuspenseUnread»(); }

const «count» = «useMessages»(talkId, ({ «messages» }) => messages.length);
const «names» = useTyping(talkId, ({ typing }) => typing.map(({ «username» }) => username));
const «open» = useSuspenseOffers(talkId, ({ offers }) => offers.filter(({ status }) => status === 'pending'));

const [«offer»] = useOffers(talkId).offers;
if (offer?.status === 'pending' && offer.role === 'recipient') offer.«moves».«accept»;
if (offer?.status === 'pending' && offer.role === 'author') offer.«moves».«withdraw»;
if (offer?.status === 'accepted' && offer.role !== 'observer' && !offer.hasConfirmed) offer.«moves».«complete»;
if (offer?.status === 'declined') offer.«moves»;

const connection = useConnection();
if (connection.state === 'waiting') connection.«retryAt»;
`;

const MISSPELT = `
import { createParleyClient } from '@parley/client';
const client = createParleyClient();
client.conversation('c').on('mesage', () => undefined);
client.inbox.on('new-mesage', () => undefined);
`;

const NAME = 'hovered.ts';
const WRONG = 'misspelt.ts';
const HOOKS = Object.keys(hooks).filter((name) => name.startsWith('use'));
const MARKED = `import { ${HOOKS.join(', ')} } from '@parley/client/react';\n${TEXT}`;
const plain = MARKED.replaceAll(/[«»]/g, '');
/** Where each mark is in the text without them. */
const marks = [...MARKED.matchAll(/«/g)].map(({ index }, i) => index - 2 * i);

function shownBy(service: ts.LanguageService): string {
  const file = join(PACKAGE, NAME);
  const program = service.getProgram()!;
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  const lines: string[] = [];
  let line = -1;
  for (const at of marks) {
    const position = source.getLineAndCharacterOfPosition(at);
    if (position.line !== line) lines.push('', plain.split('\n')[position.line]!);
    line = position.line;
    const hovered = service.getQuickInfoAtPosition(file, at)?.displayParts ?? [];
    const shown = hovered.map(({ text }) => text).join('');
    lines.push(`  ${shown.replace(/\nimport \w+$/, '')}`);
    const name = tokenAt(source, at);
    if (name.getText(source) !== 'result') continue;
    for (const field of checker.getTypeAtLocation(name).getProperties()) {
      const type = checker.typeToString(
        checker.getTypeOfSymbolAtLocation(field, name),
        name,
        ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
      );
      lines.push(`    ${field.name}: ${type}`);
    }
  }
  return `${lines.join('\n').trim()}\n`;
}

function tokenAt(node: ts.Node, position: number): ts.Node {
  let found = node;
  node.forEachChild((child) => {
    if (child.getStart() <= position && position < child.end) found = tokenAt(child, position);
  });
  return found;
}

let made: ts.LanguageService | undefined;
const service = () => (made ??= typeService({ [NAME]: plain, [WRONG]: MISSPELT }));

describe('a misspelt event', () => {
  it('is answered with the names that there are', { timeout: 120_000 }, () => {
    const said = service()
      .getSemanticDiagnostics(join(PACKAGE, WRONG))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(said).toEqual([
      expect.stringMatching(/"mesage"' .*"message" \|/),
      expect.stringMatching(/"new-mesage"' .*"new-message" \|/),
    ]);
  });
});

describe('hovering', () => {
  it('shows readable types', { timeout: 120_000 }, async () => {
    await expect(shownBy(service())).toMatchFileSnapshot('hover.txt');
  });

  it('covers every hook', () => {
    expect(HOOKS.filter((hook) => !TEXT.includes(`result» = «${hook}»(`))).toEqual([]);
  });
});
