import type { RestExample } from './rest-examples.ts';
import { FIELD_BY_PARAMETER } from './rest-input.ts';

/** An OpenAPI document, as far as its last touches need to know it. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, JsonSchema>; responses: object; [kind: string]: object };
}

export interface OpenApiOperation {
  operationId: string;
  parameters?: { in: string; name: string; example?: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema; example?: unknown }> };
  responses: Record<string, { content?: Record<string, { example?: unknown }> } | { $ref: string }>;
  [key: string]: unknown;
}

export interface JsonSchema {
  $ref?: string;
  required?: string[];
  anyOf?: JsonSchema[];
  [key: string]: unknown;
}

const REFERENCE = '#/components/schemas/';

/**
 * Leaves out the schemas that nothing refers to, gives every operation its example and the answer that is not a
 * success, and lets a body be left out where all of its fields may be.
 */
export function finishDocument<Document extends OpenApiDocument>(
  document: Document,
  examples: Readonly<Record<string, RestExample>>,
): Document {
  const { paths, components } = document;
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    const { requestBody, responses } = operation;
    const example = examples[operation.operationId];
    if (example !== undefined) illustrate(operation, example);
    responses['default'] = { $ref: '#/components/responses/Refused' };
    const schema = requestBody?.content['application/json']?.schema;
    if (requestBody !== undefined) requestBody.required = !mayBeEmpty(schema, components.schemas);
  }
  const used = new Set<string>();
  const pending: unknown[] = [paths, components.responses];
  while (pending.length > 0) {
    for (const name of referencesOf(pending.pop())) {
      if (used.has(name)) continue;
      used.add(name);
      pending.push(components.schemas[name]);
    }
  }
  const schemas = Object.fromEntries(
    Object.entries(components.schemas)
      .filter(([name]) => used.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { ...document, components: { ...components, schemas } };
}

/** Puts the parts of an example where a request and its answer have them. */
function illustrate(
  { parameters = [], requestBody, responses }: OpenApiOperation,
  { input = {}, output, talk }: RestExample,
): void {
  const rest = { ...input };
  for (const parameter of parameters) {
    const field = FIELD_BY_PARAMETER[parameter.name] ?? parameter.name;
    const value = rest[field] ?? (field === 'conversationId' ? talk : undefined);
    if (value !== undefined) parameter.example = value;
    delete rest[field];
  }
  const body = requestBody?.content['application/json'];
  if (body !== undefined) body.example = rest;
  for (const response of Object.values(responses)) {
    const shown = 'content' in response ? response.content?.['application/json'] : undefined;
    if (shown !== undefined) shown.example = output;
  }
}

function mayBeEmpty(schema: JsonSchema | undefined, schemas: Record<string, JsonSchema>): boolean {
  if (schema === undefined) return true;
  if (schema.$ref !== undefined) return mayBeEmpty(schemas[schema.$ref.slice(REFERENCE.length)], schemas);
  if (schema.anyOf !== undefined) return schema.anyOf.some((one) => mayBeEmpty(one, schemas));
  return (schema.required ?? []).length === 0;
}

/** The names of the schemas that a part of the document refers to, each as often as it does. */
function referencesOf(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(REFERENCE)
      ? [value.slice(REFERENCE.length)]
      : referencesOf(value),
  );
}
