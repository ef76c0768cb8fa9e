import type { ParleyClient } from '@parley/client';

import { TextField } from '../ui/field.tsx';
import { FormProblem } from '../ui/form-problem.tsx';
import { textOf, useSubmit } from '../ui/use-submit.ts';

export function SignInForm({ client }: { client: ParleyClient }) {
  const { isBusy, problem, problems, onSubmit } = useSubmit((form) =>
    client.signIn({ email: textOf(form, 'email'), password: passwordOf(form) }),
  );
  return (
    <form onSubmit={onSubmit} className="stack">
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        problem={problems['email']}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        problem={problems['password']}
      />
      <FormProblem text={problem} />
      <button className="button button-primary" disabled={isBusy}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  );
}

/** Spaces around a password are part of it. */
export function passwordOf(form: FormData): string {
  const value = form.get('password');
  return typeof value === 'string' ? value : '';
}
