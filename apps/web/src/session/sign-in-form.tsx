import { useSession } from '@parley/client/react';

import { FormProblem } from '../components/form-problem.tsx';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { textOf, useSubmit } from '../lib/use-submit.ts';
import { passwordOf } from './password.ts';

export function SignInForm() {
  const { signIn } = useSession();
  const { isBusy, problem, problems, onSubmit } = useSubmit((form) =>
    signIn({ email: textOf(form, 'email'), password: passwordOf(form) }),
  );
  return (
    <form onSubmit={onSubmit} className="grid gap-5">
      <Field label="Email" problem={problems['email']}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
      </Field>
      <Field label="Password" problem={problems['password']}>
        {(control) => (
          <Input {...control} name="password" type="password" autoComplete="current-password" required />
        )}
      </Field>
      <FormProblem text={problem} />
      <Button type="submit" disabled={isBusy} className="h-11">
        {isBusy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}
