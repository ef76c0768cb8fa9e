import { useSession } from '@parley/client/react';

import { FormProblem } from '../components/form-problem.tsx';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { textOf, useSubmit } from '../lib/use-submit.ts';
import { passwordOf } from './password.ts';

export function RegisterForm() {
  const { register } = useSession();
  const { isBusy, problem, problems, onSubmit } = useSubmit((form) => {
    const displayName = textOf(form, 'displayName');
    return register({
      email: textOf(form, 'email'),
      username: textOf(form, 'username'),
      password: passwordOf(form),
      ...(displayName !== '' && { displayName }),
    });
  });
  return (
    <form onSubmit={onSubmit} className="grid gap-5">
      <Field label="Email" problem={problems['email']}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="email" required />}
      </Field>
      <Field label="Username" hint="Letters, digits, dot, dash and underscore" problem={problems['username']}>
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            minLength={2}
            maxLength={64}
          />
        )}
      </Field>
      <Field label="Name (optional)" problem={problems['displayName']}>
        {(control) => <Input {...control} name="displayName" autoComplete="name" maxLength={100} />}
      </Field>
      <Field label="Password" hint="8 characters or more" problem={problems['password']}>
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            maxLength={200}
          />
        )}
      </Field>
      <FormProblem text={problem} />
      <Button type="submit" disabled={isBusy} className="h-11">
        {isBusy ? 'Creating the account …' : 'Create the account'}
      </Button>
    </form>
  );
}
