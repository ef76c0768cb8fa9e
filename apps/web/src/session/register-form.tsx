import type { ParleyClient } from '@parley/client';

import { TextField } from '../ui/field.tsx';
import { FormProblem } from '../ui/form-problem.tsx';
import { textOf, useSubmit } from '../ui/use-submit.ts';
import { passwordOf } from './sign-in-form.tsx';

export function RegisterForm({ client }: { client: ParleyClient }) {
  const { isBusy, problem, problems, onSubmit } = useSubmit(async (form) => {
    const displayName = textOf(form, 'displayName');
    const session = await client.trpc.auth.register.mutate({
      email: textOf(form, 'email'),
      username: textOf(form, 'username'),
      password: passwordOf(form),
      ...(displayName !== '' && { displayName }),
    });
    await client.signIn(session);
  });
  return (
    <form onSubmit={onSubmit} className="stack">
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="email"
        required
        problem={problems['email']}
      />
      <TextField
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={2}
        maxLength={64}
        hint="Letters, digits, dot, dash and underscore"
        problem={problems['username']}
      />
      <TextField
        label="Name (optional)"
        name="displayName"
        autoComplete="name"
        maxLength={100}
        problem={problems['displayName']}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={200}
        hint="8 characters or more"
        problem={problems['password']}
      />
      <FormProblem text={problem} />
      <button className="button button-primary" disabled={isBusy}>
        {isBusy ? 'Creating the account …' : 'Create the account'}
      </button>
    </form>
  );
}
