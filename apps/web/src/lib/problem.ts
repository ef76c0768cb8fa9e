import { isParleyError } from '@parley/client';

/** A form that was not filled in as it should be: what is wrong with which field. */
export class InputProblem extends Error {
  readonly fields: Readonly<Record<string, string>>;

  constructor(fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(', '));
    this.fields = fields;
  }
}

/** What a person is told when a call has failed. */
export function problemText(error: unknown): string {
  if (!isParleyError(error)) return 'Something went wrong';
  const { reason, issues } = error.data;
  if (reason === 'unavailable' || reason === 'timed_out') return 'The server could not be reached';
  if (reason === 'invalid_input') return firstIssue(issues) ?? error.message;
  return error.message;
}

/** What is wrong with each field of a form. */
export function fieldProblems(error: unknown): Partial<Record<string, string>> {
  if (error instanceof InputProblem) return error.fields;
  const fields = isParleyError(error) ? error.data.issues?.fieldErrors : undefined;
  return Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([name, problems]) =>
      problems?.[0] === undefined ? [] : [[name, problems[0]]],
    ),
  );
}

function firstIssue(
  issues: { formErrors: string[]; fieldErrors: Record<string, string[] | undefined> } | undefined,
) {
  return (
    issues?.formErrors[0] ?? Object.values(issues?.fieldErrors ?? {}).find((problems) => problems?.[0])?.[0]
  );
}
